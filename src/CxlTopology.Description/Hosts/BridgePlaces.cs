using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Where the host bridges of a host lie: how many buses and how much MMIO each needs, and where the file wants it.</summary>
internal static class BridgePlaces
{
    private const ulong BridgeMmio = 2UL << 20; // windows begin and end at multiples of 1 MiB, and a port has a BAR of its own

    /// <summary>Looks for the places of the host bridges of a host.</summary>
    public static HostBridgePlacement Of(HostModel host) => HostBridgePlacement.Of([.. host.Bridges.Select(RequestOf)]);

    /// <summary>Reports host bridges that have no place.</summary>
    public static void Check(IReadOnlyList<HostModel> hosts, ErrorSink errors)
    {
        foreach (HostModel host in hosts)
        {
            foreach (HostBridgeRefusal refusal in Of(host).Refusals)
                Report(host, refusal, errors);
        }
    }

    private static HostBridgeRequest RequestOf(BridgeModel bridge) => new(1 + BusesBelow(bridge.Ports))
    {
        Segment = (ushort?)bridge.Segment,
        FirstBus = (byte?)bridge.FirstBus,
        MmioSize = MmioBelow(bridge.Ports),
    };

    // A bus for each port, and one inside each switch.
    private static int BusesBelow(IReadOnlyList<PortModel> ports) =>
        ports.Sum(p => 1 + (p.Switch is { } below ? 1 + BusesBelow(below.Ports) : 0));

    // A BAR is aligned to its size, so it takes less than twice that.
    private static ulong MmioBelow(IReadOnlyList<PortModel> ports)
    {
        ulong sum = 0;
        foreach (PortModel port in ports)
        {
            sum += 2 * BridgeMmio;
            if (port.Endpoint?.Configuration is { } configuration)
            {
                foreach (BaseAddressRegister bar in ConfigSpaceLayouts.Endpoint(configuration).Bars)
                    sum += 2 * bar.Size;
            }

            foreach (FunctionModel function in port.Endpoint?.Functions ?? [])
            {
                foreach (BaseAddressRegister bar in ConfigSpaceLayouts.Function(function.Configuration).Bars)
                    sum += 2 * bar.Size;
            }

            if (port.Switch is { } below)
                sum += BridgeMmio + MmioBelow(below.Ports);
        }

        return sum;
    }

    private static void Report(HostModel host, HostBridgeRefusal refusal, ErrorSink errors)
    {
        BridgeModel bridge = host.Bridges[refusal.Bridge];
        string name = PrintableText.Quote(bridge.Name);
        int buses = 1 + BusesBelow(bridge.Ports);
        switch (refusal.Reason)
        {
            case HostBridgeRefusalReason.TooManyBuses:
                errors.Add(DescriptionErrorCode.TooManyBuses, bridge.Position, string.Create(CultureInfo.InvariantCulture, $"{name} needs {buses} PCI buses"),
                    "A segment has 256: one for the bridge, one for each port below, one inside each switch. Spread the ports over more host bridges.");
                break;
            case HostBridgeRefusalReason.PastLastBus:
                errors.Add(DescriptionErrorCode.TooManyBuses, bridge.PlacePosition,
                    string.Create(CultureInfo.InvariantCulture, $"{name} needs {buses} PCI buses, and from {bridge.FirstBus} on there are {Bdf.BusesMax - bridge.FirstBus}"),
                    string.Create(CultureInfo.InvariantCulture, $"It begins at bus {Bdf.BusesMax - buses} at the latest."));
                break;
            case HostBridgeRefusalReason.Overlap:
                errors.Add(DescriptionErrorCode.BusesOverlap, bridge.PlacePosition,
                    string.Create(CultureInfo.InvariantCulture,
                        $"{name} needs buses {bridge.FirstBus} to {bridge.FirstBus + buses - 1} of segment {bridge.Segment}, and {PrintableText.Quote(host.Bridges[refusal.Other].Name)} has some of them"),
                    "Give it another bus or segment, or leave the bus out.");
                break;
            default:
                errors.Add(DescriptionErrorCode.TooManyBuses, bridge.PlacePosition,
                    string.Create(CultureInfo.InvariantCulture, $"no gap of {buses} buses is left for {name}"),
                    "Put it into another segment, or leave the choice to the simulator.");
                break;
        }
    }
}
