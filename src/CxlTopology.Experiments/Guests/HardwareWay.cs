using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>The way of a host address through the hardware, as the registers of every component on it say now: window, decoders, device address.</summary>
internal static class HardwareWay
{
    /// <summary>The steps; they end where nothing claims the address.</summary>
    /// <param name="built">The topology.</param>
    /// <param name="host">The host whose address it is.</param>
    /// <param name="address"><c>0x…</c>; none without.</param>
    public static IEnumerable<GuestStep> Of(BuiltTopology built, HostModel host, string? address)
    {
        if (address is null)
            yield break;
        ulong hpa = ulong.Parse(address.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        Host actor = built.Hosts[host.Name];
        int index = actor.Windows.ToList().FindIndex(w => w.Contains(hpa));
        if (index < 0)
            yield break;
        FixedMemoryWindow window = actor.Windows[index];
        int target = window.TargetIndexOf(hpa);
        HostBridge? bridge = actor.Bridges.FirstOrDefault(b => b.Uid == window.Targets[target]);
        yield return new GuestStep($"{actor.Path} window{index}", address, $"target {target} of {window.Interleave.Ways}: {bridge?.Path ?? "nothing"}");
        if (bridge is null)
            yield break;
        (GuestStep step, LinkedActor? port) = Route(bridge.Path, bridge.Decoders, bridge.Ports, hpa, address);
        yield return step;
        for (int levels = built.Switches.Count; port is not null && levels >= 0; levels--)
        {
            LinkedActor? lower = built.Links.Find(l => l.Upper == port).Lower;
            if (lower is Endpoint endpoint)
            {
                foreach (GuestStep last in In(endpoint, hpa, address))
                    yield return last;
            }

            if (lower?.Parent is not Switch below)
                yield break;
            (step, port) = Route(below.Path, below.Upstream.Decoders, [.. below.Ports.OfType<DownstreamPort>()], hpa, address);
            yield return step;
        }
    }

    private static (GuestStep Step, LinkedActor? Port) Route(string path, HdmDecoderCapability? decoders, IReadOnlyList<LinkedActor> ports, ulong hpa, string address)
    {
        if (decoders is null)
            return (new GuestStep(path, address, "passes through: it has one port"), ports.Count > 0 ? ports[0] : null);
        if (Claiming(decoders, hpa) is not { } decoder || decoder.Settings.Interleave is not { } interleave)
            return (new GuestStep(path, address, "no committed decoder claims the address"), null);
        int way = interleave.TargetOf(hpa);
        byte number = decoder.Settings.TargetAt(way);
        LinkedActor? port = ports.FirstOrDefault(p => p is RootPort root ? root.Number == number : p is DownstreamPort down && down.Number == number);
        return (new GuestStep($"{path} decoder{decoder.Index}", address, $"{Range(decoder)}: target {way} of {interleave.Ways}: port {number}"), port);
    }

    private static IEnumerable<GuestStep> In(Endpoint endpoint, ulong hpa, string address)
    {
        if (Claiming(endpoint.Decoders, hpa) is not { } decoder || decoder.Settings.Interleave is not { } interleave)
        {
            yield return new GuestStep(endpoint.Path, address, "no committed decoder claims the address");
            yield break;
        }

        ulong offset = interleave.DeviceOffsetOf(hpa - decoder.Settings.Base.Value);
        yield return new GuestStep($"{endpoint.Path} decoder{decoder.Index}", address, $"{Range(decoder)}: {interleave.Ways} way(s) of {interleave.Granularity}");
        yield return new GuestStep(endpoint.Path, Hex(decoder.DpaBase + offset), "device-physical");
    }

    private static HdmDecoder? Claiming(HdmDecoderCapability decoders, ulong hpa) => decoders.Touched.FirstOrDefault(d => d.Settings.Committed && d.Settings.Contains(hpa));

    private static string Range(HdmDecoder decoder) => $"{Hex(decoder.Settings.Base.Value)} + {decoder.Settings.Size}";

    private static string Hex(ulong address) => string.Create(CultureInfo.InvariantCulture, $"0x{address:x}");
}
