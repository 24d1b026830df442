using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>
/// Replays decode cases of an operating system: boots the case's machine through the CXL core, gives it the case's commands, and compares registers, where addresses land, and what <c>cxl list -vvv</c> prints.
/// </summary>
public sealed partial class SoftwareConformance
{
    private const int SampleBytes = 8;
    private const string ToolEnd = "cxl region: cmd_";
    private readonly DecodeCase subject;
    private readonly CaseMachine machine;
    private readonly List<string> differences = [];

    private SoftwareConformance(DecodeCase subject)
    {
        this.subject = subject;
        machine = new CaseMachine(subject);
    }

    /// <summary>Replays one case.</summary>
    /// <exception cref="FormatException">The case has no commands of an operating system, names what its machine does not have, or cannot be built.</exception>
    public static ConformanceResult Run(DecodeCase subject)
    {
        if (subject.CxlListAfter is null || subject.Commands.Count == 0)
            throw new FormatException($"The case {subject.Id} has no commands and no cxlListAfter: it was not measured on an operating system. Replay it without --software.");
        try
        {
            return new SoftwareConformance(subject).Run();
        }
        catch (Exception error) when (error is WiringException or ArgumentException or OverflowException)
        {
            throw new FormatException($"The case {subject.Id} cannot be built: {error.Message}", error);
        }
    }

    private ConformanceResult Run()
    {
        // The last host bridge comes first in the ACPI namespace of the machine that was measured.
        var program = new HostProgram(machine.Bridges, [], new CxlPlatform(machine.Cedt.ToBytes(), [.. machine.Bridges.Select(b => (b.Uid, b.Resources!)).Reverse()]), []);
        machine.Build(host => program.TagBase = host.AddAgent("program", program));
        HostSession.Run(machine.Simulation, program, core => Replay(core, program));
        return new ConformanceResult(subject.Id, subject.Samples.Count, differences);
    }

    private async Task Replay(CxlCore core, HostProgram program)
    {
        var tool = new CxlTool(core);
        for (int i = 0; i < subject.Commands.Count; i++)
            await Issue(core, tool, i);
        await CompareRegisters(program);
        await CompareSamples(core);
        var options = new ListingOptions { Verbosity = 3 };
        ListingArray listing = Listing.Of(core, options, await MemdevDetailsReader.Read(core, options));
        differences.AddRange(ListingComparison.Of(subject.CxlListAfter!, JsonNode.Parse(ListingText.Of(listing, human: false))!));
    }

    private async Task Issue(CxlCore core, CxlTool tool, int index)
    {
        string command = subject.Commands[index];
        bool succeeded;
        tool.Messages.Clear();
        try
        {
            string[] words = MemdevOfSerial().Replace(command, match => MemdevNamed(core, match.Groups["serial"].Value)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            succeeded = await tool.Run(words is ["cxl", .. var arguments] ? RegionArguments.Parse(arguments) : throw new FormatException("It is no command of cxl."));
        }
        catch (FormatException error)
        {
            differences.Add($"{command}: cannot be issued: {error.Message}");
            return;
        }

        string[] ends = [.. subject.CommandOutput.Where(line => line.StartsWith(ToolEnd, StringComparison.Ordinal))];
        bool same = ends.Length == subject.Commands.Count ? ends[index] == tool.Messages[^1] : succeeded;
        if (!same)
            differences.Add($"{command}: {string.Join("; ", tool.Messages)}" + (index < ends.Length ? $"; measured {ends[index]}" : ""));
    }

    private static string MemdevNamed(CxlCore core, string text) =>
        ToolNumber.TryParse(text, out ulong serial) && core.Memdevs.Find(m => m.Serial == serial) is { } memdev
            ? memdev.Name
            : throw new FormatException($"There is no memory device with the serial number {text}.");

    private async Task CompareRegisters(HostProgram program)
    {
        foreach (CaseRegister register in subject.ReadBack)
        {
            uint value = await program.Read(machine.NodeOf(register.Component), RegisterSpace.HdmDecoder, (int)register.HdmOffset);
            if (value != (uint)register.Value)
                differences.Add(string.Create(CultureInfo.InvariantCulture, $"{register.Component} register 0x{register.HdmOffset:x} reads 0x{value:x8}, measured 0x{register.Value:x8}"));
        }
    }

    private async Task CompareSamples(CxlCore core)
    {
        byte[] data = new byte[SampleBytes];
        for (int i = 0; i < subject.Samples.Count; i++)
        {
            CaseSample sample = subject.Samples[i];
            BitConverter.TryWriteBytes(data, CaseAgent.Pattern(i));
            bool answered = await core.Memory.WriteMemory(sample.Hpa, data) == AccessStatus.Ok && await core.Memory.ReadMemory(sample.Hpa, data) == AccessStatus.Ok;
            if (answered != (sample.Device is not null))
                differences.Add(Text(sample, answered ? "something answers" : "nothing answers"));
            else if (answered && (BitConverter.ToUInt64(data) != CaseAgent.Pattern(i) || !Lies(sample, i)))
                differences.Add(Text(sample, "the data written does not lie there"));
        }
    }

    /// <summary>Whether what was written for a sample lies where it was measured.</summary>
    private bool Lies(CaseSample sample, int index)
    {
        if (!machine.Devices.TryGetValue(sample.Device!, out Fabric.Endpoint? device))
            throw new FormatException($"The case {subject.Id} has no device {sample.Device}.");
        Span<byte> line = stackalloc byte[PoisonList.LineBytes];
        ulong dpa = sample.Dpa ?? 0;
        device.Media.Peek(new Dpa(dpa / PoisonList.LineBytes * PoisonList.LineBytes), line);
        return BitConverter.ToUInt64(line[(int)(dpa % PoisonList.LineBytes)..]) == CaseAgent.Pattern(index);
    }

    private static string Text(CaseSample sample, string what) => sample.Device is null
        ? string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: {what}, measured nothing")
        : string.Create(CultureInfo.InvariantCulture, $"0x{sample.Hpa:x}: {what}, measured {sample.Device} 0x{sample.Dpa:x}");

    [GeneratedRegex(@"\$\(memdev (?<serial>\w+)\)")]
    private static partial Regex MemdevOfSerial();
}
