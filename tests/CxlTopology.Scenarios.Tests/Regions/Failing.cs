using CxlTopology.Software;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>A call that has to end with an error number, and a sentence that says what was at fault.</summary>
internal static class Failing
{
    /// <param name="errno">The number.</param>
    /// <param name="call">The call.</param>
    /// <param name="parts">What the sentence has to name: the register or argument, its value, what would have been accepted.</param>
    public static void With(Errno errno, Action call, params string[] parts) => Check(Assert.Throws<ErrnoException>(call), errno, parts);

    /// <summary>The same for a call that takes simulated time.</summary>
    public static void With(CoreMachine machine, Errno errno, Func<Task> call, params string[] parts) =>
        Check(Assert.Throws<ErrnoException>(() => machine.Do(call)), errno, parts);

    private static void Check(ErrnoException error, Errno errno, string[] parts)
    {
        Assert.True(error.Errno == errno, $"{error.Errno} instead of {errno}: {error.Message}");
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }
}
