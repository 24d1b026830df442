using System.Globalization;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Replays decode cases: builds the topology, programs it by register writes through the fabric, in the permissive profile, and compares.</summary>
public sealed class Conformance
{
    private const int FirstCompared = HdmCapabilityRegisters.FirstDecoder;
    private readonly DecodeCase subject;
    private readonly CaseMachine machine;

    private Conformance(DecodeCase subject)
    {
        this.subject = subject;
        machine = new CaseMachine(subject);
    }

    /// <summary>Replays one case.</summary>
    /// <exception cref="FormatException">The case names a component that its topology does not have, or cannot be built.</exception>
    public static ConformanceResult Run(DecodeCase subject)
    {
        try
        {
            return new Conformance(subject).Run();
        }
        catch (Exception error) when (error is WiringException or ArgumentException or OverflowException)
        {
            throw new FormatException($"The case {subject.Id} cannot be built: {error.Message}", error);
        }
    }

    private ConformanceResult Run()
    {
        CaseRegister[] compared = [.. subject.ReadBack.Where(r => subject.Programming.Count > 0 && r.HdmOffset >= FirstCompared)];
        var agent = new CaseAgent(
            machine.Bridges,
            [.. subject.Programming.Count > 0 ? subject.Programming.Select(WriteOf) : subject.Decoders.SelectMany(WritesOf)],
            [.. compared.Select(r => (machine.NodeOf(r.Component), (int)r.HdmOffset))],
            [.. subject.Samples.Select(s => s.Hpa)]);
        machine.Build(host => agent.TagBase = host.AddAgent("case", agent));
        RunResult result = machine.Simulation.Run();
        if (!agent.Completed)
            throw new InvariantException($"The case {subject.Id} stopped half-way: {string.Join("; ", result.Failures)}");
        var differences = new List<string>();
        for (int i = 0; i < compared.Length; i++)
        {
            if (agent.RegisterValues[i] != (uint)compared[i].Value)
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{compared[i].Component} register 0x{compared[i].HdmOffset:x} reads 0x{agent.RegisterValues[i]:x8}, measured 0x{compared[i].Value:x8}"));
        }

        for (int i = 0; i < subject.Samples.Count; i++)
        {
            if (Compare(subject.Samples[i], i, agent.Outcomes[i]) is { } difference)
                differences.Add(difference);
        }

        return new ConformanceResult(subject.Id, subject.Samples.Count, differences);
    }

    private string? Compare(CaseSample sample, int index, (int Completer, ulong Dpa, bool Answered, bool DataRight) outcome)
    {
        string? device = outcome.Answered ? machine.Devices.FirstOrDefault(d => d.Value.Id == outcome.Completer).Key : null;
        string expected = sample.Device is null ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"{sample.Device} 0x{sample.Dpa:x}");
        if (device is null)
            return sample.Device is null ? null : string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: nothing answers, measured {expected}");
        if (device != sample.Device || outcome.Dpa != sample.Dpa)
            return string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: {device} 0x{outcome.Dpa:x}, measured {expected}");
        // The data must have come back, and must lie where the completion says (a later sample may have written the same place).
        Span<byte> line = stackalloc byte[64];
        machine.Devices[device].Media.Peek(new Dpa(outcome.Dpa & ~63UL), line);
        int last = LastAt(device, outcome.Dpa);
        return outcome.DataRight && BitConverter.ToUInt64(line[(int)(outcome.Dpa & 63)..]) == CaseAgent.Pattern(last < 0 ? index : last)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: the data written does not lie at {device} 0x{outcome.Dpa:x}");
    }

    private int LastAt(string device, ulong dpa)
    {
        for (int i = subject.Samples.Count - 1; i >= 0; i--)
        {
            if (subject.Samples[i].Device == device && subject.Samples[i].Dpa == dpa)
                return i;
        }

        return -1;
    }

    private FirmwareWrite WriteOf(CaseWrite write) => write.Space switch
    {
        "component" => new FirmwareWrite(machine.NodeOf(write.Component), RegisterSpace.HdmDecoder, (int)write.HdmOffset, (uint)write.Value),
        "config" => new FirmwareWrite(machine.NodeOf(write.Component), RegisterSpace.DeviceDvsec, (int)write.DvsecOffset, (uint)write.Value),
        _ => throw new FormatException($"The case {subject.Id} writes to a space {write.Space}; component and config are known."),
    };

    private IEnumerable<FirmwareWrite> WritesOf(CaseDecoder decoder)
    {
        PlatformNode node = machine.NodeOf(decoder.Component);
        int at = HdmCapabilityRegisters.DecoderOffset(decoder.Index);
        ulong last = decoder.DpaSkip;
        for (int slot = 0; slot < (decoder.Targets?.Count ?? 0); slot++)
            last |= (ulong)(byte)decoder.Targets![slot] << (8 * slot);
        uint control = HdmDecoderSettings.CommitWord(Interleave.Of(decoder.Ways, decoder.Granularity), decoder.Type == 0 ? TargetRangeType.DeviceCoherent : TargetRangeType.HostOnly);
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 4, (uint)(decoder.Base >> 32));
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at, (uint)decoder.Base);
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0xC, (uint)(decoder.Size >> 32));
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 8, (uint)decoder.Size);
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0x18, (uint)(last >> 32));
        yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0x14, (uint)last);
        if (decoder.Committed)
            yield return new FirmwareWrite(node, RegisterSpace.HdmDecoder, at + 0x10, control);
    }
}
