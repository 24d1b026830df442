namespace CxlTopology.Experiments;

/// <summary>A region of a guest, for a report.</summary>
/// <param name="Name">As the guest's CXL core names it.</param>
/// <param name="Device">The device, by its name in the file.</param>
/// <param name="Base">First guest-physical address: <c>0x…</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="HostAddress">Where its host has it; in a guest of a guest, the outer guest.</param>
public sealed record GuestRegionReport(string Name, string Device, string Base, ulong Size, string HostAddress);
