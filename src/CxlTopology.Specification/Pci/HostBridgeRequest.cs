namespace CxlTopology.Specification;

/// <summary>What a host bridge needs of the PCI segments of its host, and where it is asked to be.</summary>
/// <param name="Buses">The buses it needs: its own, and one for each port below it. 1 to 256.</param>
public sealed record HostBridgeRequest(int Buses)
{
    /// <summary>The segment it has to be in; null, the default, for any.</summary>
    public ushort? Segment { get; init; }

    /// <summary>The bus its root ports have to be on; null, the default, for any.</summary>
    public byte? FirstBus { get; init; }

    /// <summary>Bytes of MMIO below it, rounded up to a multiple of 64 GiB. 64 GiB by default.</summary>
    public ulong MmioSize { get; init; } = HostBridgeResources.MmioBytes;
}
