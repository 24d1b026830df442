using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>An IOMMU group: functions that the IOMMU cannot tell apart, and that therefore belong to one user together. All functions of a device are one.</summary>
public sealed class VfioGroup
{
    private readonly List<VfioPciDevice> devices = [];
    private readonly List<string> hostDriven = [];
    private readonly Dictionary<string, (uint Identity, (int Offset, uint Value)[] Registers)> owed = [];
    private readonly Dictionary<string, uint[]> owedErrors = [];
    private object? owner;

    internal VfioGroup(int id) => Id = id;

    /// <summary>Its number: <c>/dev/vfio/N</c>.</summary>
    public int Id { get; }

    /// <summary>Its functions that are bound to VFIO, in the order in which they were.</summary>
    public IReadOnlyList<VfioPciDevice> Devices => devices;

    /// <summary>Its functions that a driver of the host has.</summary>
    public IReadOnlyList<string> HostDriven => hostDriven;

    /// <summary>Whether no driver of the host has any of its functions.</summary>
    public bool IsViable => hostDriven.Count == 0;

    /// <summary>Whether it has an owner.</summary>
    public bool IsOwned => owner is not null;

    internal void Add(VfioPciDevice device) => devices.Add(device);

    internal void Remove(VfioPciDevice device) => devices.Remove(device);

    internal void AddHostDriven(string function) => hostDriven.Add(function);

    internal void RemoveHostDriven(string function) => hostDriven.Remove(function);

    /// <summary>Notes what could not be put back into a function's configuration, because it did not answer; it is put back when the same kind of device is opened in its place.</summary>
    internal void Owe(string function, uint identity, IEnumerable<(int Offset, uint Value)> registers) => owed[function] = (identity, [.. registers]);

    /// <summary>What is to be put back; nothing if it is another device now.</summary>
    internal IReadOnlyList<(int Offset, uint Value)> TakeOwed(string function, uint identity) =>
        owed.Remove(function, out (uint Identity, (int, uint)[] Registers) left) && left.Identity == identity ? left.Registers : [];

    /// <summary>The same for its error registers among the component registers.</summary>
    internal void OweErrors(string function, uint[] registers) => owedErrors[function] = registers;

    /// <summary>What is to be put back there; null for nothing.</summary>
    internal uint[]? TakeOwedErrors(string function) => owedErrors.Remove(function, out uint[]? left) ? left : null;

    /// <summary>Takes the group for one user.</summary>
    /// <param name="by">The file of the group, or the iommufd.</param>
    /// <param name="otherwise">The error number if somebody else has it.</param>
    internal void Claim(object by, Errno otherwise)
    {
        if (owner is not null && owner != by)
        {
            throw new ErrnoException(
                otherwise,
                $"IOMMU group {Id} belongs to another user: its functions ({string.Join(", ", devices.Select(d => d.Name))}) cannot be kept apart, and go to one guest together.");
        }

        owner = by;
    }

    internal void Release(object by)
    {
        if (owner == by)
            owner = null;
    }
}
