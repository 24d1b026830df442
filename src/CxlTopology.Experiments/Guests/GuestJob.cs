using CxlTopology.Description;

namespace CxlTopology.Experiments;

/// <summary>A workload that a guest's driver has the engine of its device do.</summary>
/// <param name="Workload">What the file says.</param>
/// <param name="Number">Which job of the engine it is.</param>
/// <param name="Device">Which of the guest's devices.</param>
public sealed record GuestJob(WorkloadModel Workload, int Number, int Device)
{
    /// <summary>Whether it works on the device's own memory, by its own addresses.</summary>
    public bool IsOwnMemory => Workload.To.Device is not null;

    /// <summary>First address: of the device's memory, or guest-physical.</summary>
    public ulong Address => Workload.To.Base.Value;
}
