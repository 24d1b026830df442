namespace CxlTopology.Vfio;

/// <summary>A range of guest-physical addresses that has memory behind it.</summary>
/// <param name="Base">First guest-physical address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="HostAddress">Of the guest's own memory: where the host has it.</param>
/// <param name="Mapping">Of a device's memory: the mapping of its region, null for the guest's own memory.</param>
/// <param name="Offset">Where in the mapping it starts.</param>
/// <param name="Device">The device; null for the guest's own memory.</param>
/// <param name="Decoder">The virtual decoder that the guest committed.</param>
public sealed record GuestRange(ulong Base, ulong Length, ulong HostAddress, VfioMapping? Mapping = null, ulong Offset = 0, VirtualDevice? Device = null, int Decoder = -1)
{
    /// <summary>Whether it has an address.</summary>
    public bool Contains(ulong address) => address - Base < Length;

    /// <summary>Whether it has an address in common with another.</summary>
    public bool Overlaps(ulong start, ulong length) => start < Base + Length && Base < start + length;
}
