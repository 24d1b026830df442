using System.Globalization;
using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A decoder of an endpoint: it turns a host address into a device address.</summary>
/// <remarks>device address = DPA base + device offset of (host address - base); from here on the message's address is the device's.</remarks>
public sealed class DeviceDecoder : HdmDecoder
{
    private readonly Media media;

    internal DeviceDecoder(HdmDecoderCapability capability, int index, FabricOptions options, Media media)
        : base(capability, index, options) => this.media = media;

    private protected override void OnProgrammed()
    {
    }

    private protected override void Route(ref Message message)
    {
        if (InterleaveReserved)
        {
            Refuse(ref message, AccessStatus.ReservedInterleave);
            return;
        }

        Routed++;
        message.Time += Options.DecodeLatency.Femtoseconds;
        ulong first = Bursts.FirstLine(message);
        ulong dpa = ToDevice(first);
        if (message.Length > 1 && !IsContiguous(message, dpa))
        {
            RouteLineByLine(ref message);
            return;
        }

        if (dpa >= Capability.DpaCapacity || Capability.DpaCapacity - dpa < 64UL * message.Length)
        {
            Refuse(ref message, AccessStatus.DpaOutOfRange);
            return;
        }

        if (Has(message, AccessFlags.Traced))
            ExplainTranslation(first, dpa);
        message.Address = dpa;
        HandOver(media, ref message);
    }

    /// <summary>The device address that a host address which it claims becomes.</summary>
    internal ulong DeviceAddressOf(ulong hpa) => InterleaveReserved ? DpaBase : ToDevice(hpa);

    private ulong ToDevice(ulong hpa) => DpaBase + Interleave.DeviceOffsetOf(hpa - HpaBase);

    // What one endpoint holds of a page is contiguous in it when every level decodes with this region's interleave; checked at the last line, since registers decide and not intent.
    private bool IsContiguous(in Message message, ulong dpa)
    {
        ulong last = message.Address + 64 * (ulong)(63 - BitOperations.LeadingZeroCount(message.Argument));
        return ToDevice(last) == dpa + 64 * (ulong)(message.Length - 1);
    }

    private void RouteLineByLine(ref Message message)
    {
        Routed--;
        message.Time -= Options.DecodeLatency.Femtoseconds;
        int line = DetachLines(ref message);
        for (ulong rest = message.Argument; rest != 0;)
        {
            Message single = TakeLine(message, ref rest, ref line);
            Route(ref single);
        }
    }

    private void ExplainTranslation(ulong hpa, ulong dpa)
    {
        ulong offset = hpa - Settings.Base.Value;
        string arithmetic = string.Create(CultureInfo.InvariantCulture,
            $"offset 0x{hpa:x} - 0x{Settings.Base.Value:x} = 0x{offset:x}; {Interleave.Ways} way(s) of {Interleave.Granularity}: device offset 0x{Interleave.DeviceOffsetOf(offset):x}; + DPA base 0x{DpaBase:x} = 0x{dpa:x}");
        Explain(Parent!.Path, Name, arithmetic, "DPA 0x" + dpa.ToString("x", CultureInfo.InvariantCulture),
            ("base", Settings.Base.Value), ("size", Settings.Size.Bytes), ("control", Settings.Control), ("ways", (ulong)Interleave.Ways),
            ("granularity", (ulong)Interleave.Granularity), ("dpaSkip", Settings.DpaSkip.Bytes), ("dpaBase", DpaBase));
    }
}
