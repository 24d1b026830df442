using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Specification;

namespace CxlTopology.Cli.Output;

/// <summary>Parts of a topology in the words of topology files.</summary>
internal static class FileWords
{
    /// <summary><c>64GT/s x8 256B</c>.</summary>
    public static string Of(LinkModel link) =>
        $"{link.RateGigatransfers}GT/s x{link.Width} {link.FlitBytes}B" + (link.Retimers == 0 ? "" : $", {Words.Count(link.Retimers, "retimer")}");

    /// <summary><c>hdm-h</c>, <c>hdm-d</c>, <c>hdm-db</c>.</summary>
    public static string Of(CoherenceModel coherence) => coherence switch
    {
        CoherenceModel.HdmD => "hdm-d",
        CoherenceModel.HdmDB => "hdm-db",
        _ => "hdm-h",
    };

    /// <summary>What an endpoint is, in one line.</summary>
    public static string Of(EndpointModel endpoint) =>
        $"type {(int)endpoint.Type}, {MemoryOf(endpoint)}, {Words.Count(endpoint.Decoders, "decoder")}, {Of(endpoint.Coherence)}, {endpoint.Profile}";

    /// <summary>What a window is, in one line.</summary>
    public static string Of(WindowModel window) =>
        $"{Range(window.Base, window.Size)}, {Interleave(window.Ways, window.Granularity)}{(window.Arithmetic == WindowArithmetic.Xor ? " xor" : "")} over {string.Join(' ', window.Targets)}, "
        + string.Join(' ', Allowances(window.Allow));

    /// <summary>What a host is, in one line.</summary>
    public static string Of(HostModel host) => $"memory {host.Memory}, {Words.Count(host.Windows.Count, "window")}, {Words.Count(host.Bridges.Count, "host bridge")}";

    /// <summary>What a host bridge is, in one line.</summary>
    public static string Of(BridgeModel bridge) =>
        $"uid {bridge.Uid}, " + (bridge.PassThrough ? "pass-through" : $"{Words.Count(bridge.Decoders, "decoder")} of {Words.Count(bridge.TargetCount, "target")}");

    /// <summary>What a switch is, in one line.</summary>
    public static string Of(SwitchModel model) => $"switch, {Words.Count(model.Decoders, "decoder")} of {Words.Count(model.TargetCount, "target")}, {Words.Count(model.Ports.Count, "port")}";

    /// <summary>What a port is, in one line.</summary>
    public static string Of(PortModel port) => $"port {port.Number}, " + (port.IsEmpty ? "nothing attached" : Of(port.Link));

    /// <summary>What a workload does, in one line.</summary>
    public static string Of(WorkloadModel workload)
    {
        string what = workload.Pattern == WorkloadPattern.Trace
            ? $"trace {workload.Trace}"
            : $"{Of(workload.Pattern)}, {Share(workload.Reads)} reads of {workload.AccessBytes} B{(workload.Burst ? " in bursts" : "")}";
        string count = workload.Count is { } n ? $", {Words.Count(n, "access", "accesses")}" : workload.Repeat > 1 ? $", {workload.Repeat.ToString("N0", CultureInfo.InvariantCulture)} times" : "";
        return $"{workload.Source} → {TargetOf(workload)}: {what}{count}, {workload.Outstanding} outstanding{(workload.Payloads ? "" : ", no payloads")}";
    }

    /// <summary>Where a workload goes.</summary>
    public static string TargetOf(WorkloadModel workload) => workload.To switch
    {
        { Region: { } region } => region.Name,
        { Window: { } window } => $"window{window.Index}",
        { Device: { } device } => $"region{workload.Guest!.OwnRegions.ToList().IndexOf((device, workload.To.Part)).ToString(CultureInfo.InvariantCulture)} ({device.Name})",
        { } to => Range(to.Base, to.Size),
    };

    /// <summary>The word of a pattern.</summary>
    public static string Of(WorkloadPattern pattern) => pattern switch
    {
        WorkloadPattern.Sequential => "sequential",
        WorkloadPattern.Stride => "stride",
        WorkloadPattern.PointerChase => "pointer-chase",
        WorkloadPattern.HotSpot => "hot-spot",
        WorkloadPattern.Trace => "trace",
        _ => "random",
    };

    /// <summary>What a region is, in one line.</summary>
    public static string Of(RegionModel region) =>
        $"{Range(region.Base, region.Size)}, {Interleave(region.Ways, region.Granularity)}, {(region.Memory == RegionMemory.Pmem ? "pmem" : "ram")}: "
        + string.Join(' ', region.Targets.OrderBy(t => t.Position).Select(t => t.Endpoint.Name));

    /// <summary>What a guest is, in one line.</summary>
    public static string Of(GuestModel guest) =>
        $"memory {guest.Memory}, {Words.Count(guest.Devices.Count, "device")}, {Of(guest.Dialect)}: {string.Join(' ', guest.Devices.Select(d => d.Name + (d.PassedOn ? " (passed on)" : "")))}";

    /// <summary>The word of a dialect.</summary>
    public static string Of(GuestDialect dialect) => dialect switch
    {
        GuestDialect.RfcV2AsPosted => "rfc-v2-as-posted",
        GuestDialect.V3 => "v3",
        _ => "rfc-v2",
    };

    /// <summary>The words of a window's <c>allow</c>.</summary>
    public static IEnumerable<string> Allowances(WindowAllowance allow)
    {
        (WindowAllowance Flag, string Word)[] words =
        [
            (WindowAllowance.Type2, "type2"), (WindowAllowance.Type3, "type3"), (WindowAllowance.Volatile, "volatile"), (WindowAllowance.Persistent, "persistent"),
            (WindowAllowance.Fixed, "fixed"), (WindowAllowance.BackInvalidate, "back-invalidate"),
        ];
        return words.Where(w => allow.HasFlag(w.Flag)).Select(w => w.Word);
    }

    /// <summary><c>0x1000000000 + 16GiB</c>.</summary>
    public static string Range(Hpa start, ByteSize size) => $"{start} + {size}";

    /// <summary><c>4 x 1KiB</c>; codes that are reserved have no interleave.</summary>
    public static string Of(Interleave? interleave) => interleave is { } i ? Interleave(i.Ways, i.Granularity) : "reserved";

    private static string Interleave(int ways, int granularity) => $"{ways} x {new ByteSize((ulong)granularity)}";

    private static string MemoryOf(EndpointModel endpoint) => endpoint switch
    {
        { Persistent.Bytes: 0 } => endpoint.Volatile.ToString(),
        { Volatile.Bytes: 0 } => $"{endpoint.Persistent} persistent",
        _ => $"{endpoint.Volatile} + {endpoint.Persistent} persistent",
    };

    private static string Share(Ratio ratio) => (Int128)ratio.Numerator * 100 % ratio.Denominator == 0 ? $"{(Int128)ratio.Numerator * 100 / ratio.Denominator}%" : ratio.ToString();
}
