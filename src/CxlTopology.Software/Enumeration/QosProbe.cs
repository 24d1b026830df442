using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>
/// Finds the QoS class of each partition of a memory device: what its CDAT says of the memory, with the links and switches between it and its host bridge, and what the platform says from there on. Latencies add up, of bandwidths
/// the least counts.
/// </summary>
/// <remarks>A class that no window with the device's host bridge has is of no use and not kept.</remarks>
internal sealed class QosProbe(CxlCore core, IQosPlatform qos)
{
    private const int LinkStatus = 0x12;
    private const uint FlitBytes = 68;
    private const ulong PicosecondsOfByteAtOneMBps = 1_000_000;

    /// <summary>The class of each of the partitions; those without enough figures keep -1.</summary>
    public async Task Classify(CxlPort endpoint)
    {
        CxlMemdev memdev = endpoint.Memdev!;
        if (await core.ReadCdat(endpoint) is not { } table || await Way(endpoint) is not { } way)
            return;
        CxlDport bridge = BridgeOf(endpoint);
        for (int i = 0; i < memdev.Partitions.Count; i++)
        {
            CxlPartition partition = memdev.Partitions[i];
            if (RangeIn(table, partition) is not { } range || CdatPerformance.OfRange(table, range.Handle) is not { ReadLatencyPs: > 0, ReadBandwidthMBps: > 0 } memory)
                continue;
            if (qos.ThrottlingGroup(Join(way, memory)) is { } group && HasWindow(bridge, group))
                memdev.Partitions[i] = partition with { QosClass = group };
            else
                core.Log.Add($"{memdev.Name}: no window of {bridge.Name} has the QoS class of its {(partition.IsPersistent ? "pmem" : "ram")}");
        }
    }

    private static Dsmas? RangeIn(Cdat table, CxlPartition partition) => table.MemoryRanges.FirstOrDefault(range =>
        range.Base.Value >= partition.Base.Value && range.Base.Value - partition.Base.Value + range.RangeLength.Bytes <= partition.Size.Bytes);

    private static CxlDport BridgeOf(CxlPort port) => port.Kind == CxlPortKind.HostBridge ? port.ParentDport! : BridgeOf(port.Parent!);

    private bool HasWindow(CxlDport bridge, int group) =>
        core.Root!.Decoders.OfType<CxlRootDecoder>().Any(root => root.Window.QtgId == group && root.Targets.Contains(bridge));

    /// <summary>From the processors to a port: to its host bridge, then every link and every switch. Null if some part of it is not known.</summary>
    private async Task<MemoryPerformance?> Way(CxlPort port)
    {
        if (port.Kind == CxlPortKind.HostBridge)
            return qos.ToBridge(port.ParentDport!.Id);
        if (await Way(port.Parent!) is not { } above || await Link(port.Function!) is not { } link)
            return null;
        MemoryPerformance way = Join(above, link);
        if (port.Parent!.Kind != CxlPortKind.Switch)
            return way;
        if (await core.ReadCdat(port.Parent) is not { } table || CdatPerformance.OfDownstreamPort(table, (ushort)port.ParentDport!.Id) is not { ReadLatencyPs: > 0 } inside)
            return null;
        return Join(way, inside);
    }

    /// <summary>A link as Linux counts it: the time of a flit, and all its lanes.</summary>
    private async Task<MemoryPerformance?> Link(PciDevice function)
    {
        uint status = await core.Configuration.ReadConfig(function.Bdf, function.ExpressCapability + LinkStatus, 2);
        uint perLane = (status & 0xF) switch { 1 => 250u, 2 => 500u, 3 => 1000u, 4 => 2000u, 5 => 4000u, 6 => 8000u, _ => 0u };
        uint bandwidth = perLane * (status >> 4 & 0x3F);
        if (status == ushort.MaxValue || bandwidth == 0)
            return null;
        uint latency = (uint)(FlitBytes * PicosecondsOfByteAtOneMBps / bandwidth);
        return new MemoryPerformance(latency, latency, bandwidth, bandwidth);
    }

    private static MemoryPerformance Join(MemoryPerformance a, MemoryPerformance b) => new(
        a.ReadLatencyPs + b.ReadLatencyPs,
        a.WriteLatencyPs + b.WriteLatencyPs,
        Least(a.ReadBandwidthMBps, b.ReadBandwidthMBps),
        Least(a.WriteBandwidthMBps, b.WriteBandwidthMBps));

    private static uint Least(uint a, uint b) => a == 0 ? b : b == 0 ? a : Math.Min(a, b);
}
