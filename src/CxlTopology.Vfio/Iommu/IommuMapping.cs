namespace CxlTopology.Vfio;

/// <summary>A range of I/O addresses and what is behind it.</summary>
/// <param name="Iova">First I/O address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="HostAddress">First host address.</param>
/// <param name="Readable">Devices may read it.</param>
/// <param name="Writable">Devices may write it.</param>
public sealed record IommuMapping(ulong Iova, ulong Length, ulong HostAddress, bool Readable, bool Writable)
{
    /// <summary>The last I/O address.</summary>
    public ulong Last => Iova + (Length - 1);
}
