using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A decoder of a host bridge or an upstream port: it chooses the port that an address goes to.</summary>
/// <remarks>The choice is by the absolute host address, which travels on whole: only an endpoint's decoder turns it into a device address. A burst is split by target.</remarks>
public sealed class TargetDecoder : HdmDecoder
{
    private readonly IReadOnlyDictionary<byte, LinkedActor> ports;
    private LinkedActor?[] targets = [];

    internal TargetDecoder(HdmDecoderCapability capability, int index, FabricOptions options, IReadOnlyDictionary<byte, LinkedActor> ports)
        : base(capability, index, options) => this.ports = ports;

    private protected override void OnProgrammed()
    {
        targets = new LinkedActor?[Interleave.Ways];
        for (int slot = 0; slot < Math.Min(targets.Length, HdmDecoderRegisters.TargetSlots); slot++)
            targets[slot] = ports.GetValueOrDefault(Settings.TargetAt(slot));
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
        if (message.Length > 1 && targets.Length > 1)
        {
            RouteBurst(ref message);
            return;
        }

        ulong address = Bursts.FirstLine(message);
        int slot = Interleave.TargetOf(address);
        if (Has(message, AccessFlags.Traced))
            ExplainChoice(address, slot);
        Forward(ref message, targets[slot]);
    }

    private void Forward(ref Message message, LinkedActor? port)
    {
        if (port is null)
            Refuse(ref message, AccessStatus.TargetMissing);
        else
            HandOver(port, ref message);
    }

    private void RouteBurst(ref Message message)
    {
        ulong rest = message.Argument;
        for (int slot = 0; ; slot++)
        {
            ulong part = rest & Interleave.LinesOf(slot, message.Address);
            if (part == 0)
                continue;
            if (part == rest)
            {
                if (part != message.Argument)
                    Bursts.Narrow(ref message, part);
                Forward(ref message, targets[slot]);
                return;
            }

            Message split = Bursts.Split(message, part);
            SplitLines(ref message, ref split, rest);
            rest &= ~part;
            Forward(ref split, targets[slot]);
        }
    }

    private void ExplainChoice(ulong address, int slot)
    {
        int shift = Interleave.EncodedGranularity + 8;
        string arithmetic = Interleave.Ways == 1
            ? "one way: target 0"
            : string.Create(CultureInfo.InvariantCulture, $"(0x{address:x} >> {shift}) mod {Interleave.Ways} = 0x{address >> shift:x} mod {Interleave.Ways} = {slot}");
        byte number = slot < HdmDecoderRegisters.TargetSlots ? Settings.TargetAt(slot) : (byte)0;
        arithmetic += string.Create(CultureInfo.InvariantCulture, $"; target list[{slot}] = port {number}");
        Explain(Parent!.Path, Name, arithmetic, targets[slot]?.Path,
            ("base", Settings.Base.Value), ("size", Settings.Size.Bytes), ("control", Settings.Control), ("ways", (ulong)Interleave.Ways),
            ("granularity", (ulong)Interleave.Granularity), ("targets", Settings.Targets));
    }
}
