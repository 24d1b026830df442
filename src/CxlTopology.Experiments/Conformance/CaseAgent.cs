using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Replays a decode case as an agent of its host: register writes and reads, then an 8-byte write and read for every sample.</summary>
public sealed class CaseAgent(
    IReadOnlyList<PlatformNode> bridges,
    IReadOnlyList<FirmwareWrite> writes,
    IReadOnlyList<(PlatformNode Component, int Offset)> registers,
    IReadOnlyList<ulong> samples) : PlatformProgram(bridges)
{
    /// <summary>The registers, in the order asked for.</summary>
    public List<uint> RegisterValues { get; } = [];

    /// <summary>What became of each sample: the completing actor and device address (-1 if nothing answered), and whether the data written came back.</summary>
    public List<(int Completer, ulong Dpa, bool Answered, bool DataRight)> Outcomes { get; } = [];

    /// <summary>What is written for a sample: different for each.</summary>
    public static ulong Pattern(int sample) => StableHash.Mix((ulong)sample + 1);

    /// <inheritdoc/>
    protected override async Task RunProgramAsync()
    {
        await EnumerateAll();
        foreach (FirmwareWrite write in writes)
            await Write(write.Node, write.Space, write.Offset, write.Value);
        foreach ((PlatformNode component, int offset) in registers)
            RegisterValues.Add(await Read(component, RegisterSpace.HdmDecoder, offset));
        for (int i = 0; i < samples.Count; i++)
            Outcomes.Add(await WriteAndRead(samples[i], Pattern(i)));
    }

    private async Task<(int Completer, ulong Dpa, bool Answered, bool DataRight)> WriteAndRead(ulong hpa, ulong pattern)
    {
        int offset = (int)(hpa & 63);
        Message written = await Access(hpa, offset, pattern, isWrite: true);
        uint tag = NewTag();
        Task<Message> answer = Answer(tag);
        Issue(tag, hpa, offset, pattern, isWrite: false);
        Message read = await answer;
        bool right = (read.Flags & Message.HasLines) != 0 && BitConverter.ToUInt64(Line(read.Payload)[offset..]) == pattern;
        bool answered = read.Status == (byte)AccessStatus.Ok && written.Status == (byte)AccessStatus.Ok && written.Agent == read.Agent && written.Address == read.Address;
        return (read.Agent, read.Address + (ulong)offset, answered, right);
    }

    private Task<Message> Access(ulong hpa, int offset, ulong pattern, bool isWrite)
    {
        uint tag = NewTag();
        Task<Message> answer = Answer(tag);
        Issue(tag, hpa, offset, pattern, isWrite);
        return answer;
    }

    private void Issue(uint tag, ulong hpa, int offset, ulong pattern, bool isWrite)
    {
        var message = new Message
        {
            Kind = (byte)(isWrite ? MessageKind.M2SRwD : MessageKind.M2SReq),
            Tag = TagBase | tag,
            Address = hpa & ~63UL,
            Length = 1,
            Payload = -1,
            Time = Now.Femtoseconds,
        };
        if (isWrite)
        {
            message.Flags = (ushort)AccessFlags.Partial;
            message.Argument = 0xFFUL << offset;
            Span<byte> line = AddLine(ref message);
            line.Clear();
            BitConverter.TryWriteBytes(line[offset..], pattern);
        }

        HandOver(Parent!, ref message);
    }
}
