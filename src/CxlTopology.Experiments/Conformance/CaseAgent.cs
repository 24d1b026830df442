using System.Collections.Immutable;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Replays a decode case as an agent of its host: register writes and reads, then an 8-byte write and read for every sample.</summary>
public sealed class CaseAgent(IReadOnlyList<(ImmutableArray<ushort> Route, RegisterSpace Space, int Offset, uint Value)> writes,
    IReadOnlyList<(ImmutableArray<ushort> Route, int Offset)> registers,
    IReadOnlyList<ulong> samples) : SoftwareActor
{
    /// <summary>What the host adds to the tags of this agent.</summary>
    public uint TagBase { get; set; }

    /// <summary>The registers, in the order asked for.</summary>
    public List<uint> RegisterValues { get; } = [];

    /// <summary>What became of each sample: the completing actor and device address (-1 if nothing answered), and whether the data written came back.</summary>
    public List<(int Completer, ulong Dpa, bool Answered, bool DataRight)> Outcomes { get; } = [];

    /// <summary>What is written for a sample: different for each.</summary>
    public static ulong Pattern(int sample) => StableHash.Mix((ulong)sample + 1);

    /// <inheritdoc/>
    protected override async Task RunAsync()
    {
        foreach ((ImmutableArray<ushort> route, RegisterSpace space, int offset, uint value) in writes)
            await Io(new IoAccess(route, space, offset, value, true));
        foreach ((ImmutableArray<ushort> route, int offset) in registers)
            RegisterValues.Add(await Io(new IoAccess(route, RegisterSpace.HdmDecoder, offset, 0, false)));
        for (int i = 0; i < samples.Count; i++)
            Outcomes.Add(await WriteAndRead(samples[i], Pattern(i)));
    }

    /// <inheritdoc/>
    protected override void OnMessage(ref Message message)
    {
        if (message.Kind != (byte)MessageKind.Booted)
            base.OnMessage(ref message);
    }

    private async Task<uint> Io(IoAccess access)
    {
        uint tag = NewTag();
        var message = new Message { Kind = (byte)MessageKind.IoRequest, Tag = TagBase | tag, Length = 1, Time = Now.Femtoseconds };
        AttachRecord(ref message, access);
        Task<Message> answer = Answer(tag);
        HandOver(Parent!, ref message);
        return (uint)(await answer).Argument;
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
