namespace CxlTopology.Experiments;

/// <summary>What a job of a guest's engine came to, as its driver knows it.</summary>
/// <param name="Name">The workload.</param>
/// <param name="Device">The accelerator, by its name in the file.</param>
/// <param name="State"><c>done</c>, <c>failed</c> (some lines did), <c>stopped</c>, <c>not heard of</c> (it was started, and no interrupt told of its end) or <c>not started</c>.</param>
/// <param name="Lines">Lines that its register says were accessed.</param>
/// <param name="Failed">Lines of them that failed.</param>
/// <param name="Interrupts">Interrupts that told of it.</param>
/// <param name="Problem">Why it was not started; null if it was.</param>
public sealed record GuestJobReport(string Name, string Device, string State, long Lines, long Failed, long Interrupts, string? Problem);
