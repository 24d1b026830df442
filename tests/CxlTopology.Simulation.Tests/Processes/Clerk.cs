using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Sends letters at the start, and notes those it gets, with when they came, from whom and at which port.</summary>
internal sealed class Clerk : ComponentActor
{
    public Action<Clerk>? OnStarted { get; set; }

    public List<(Letter Letter, long Time, int Source, ushort Port)> Got { get; } = [];

    public void Post(ref Message message, int lines, Cargo.Papers? papers, in Connection to, long delay)
    {
        for (int line = lines - 1; line >= 0; line--)
        {
            Span<byte> bytes = AddLine(ref message);
            bytes.Fill(Letter.FillOf(message.Tag, line));
            bytes[^1] = (byte)line;
        }

        if (papers is not null)
            AttachRecord(ref message, papers);
        Send(ref message, to, Now + new SimDuration(delay));
    }

    protected override void OnStart() => OnStarted?.Invoke(this);

    protected override void Receive(ref Message message)
    {
        int lines = 0;
        for (int slot = (message.Flags & Message.HasLines) != 0 ? message.Payload : -1; slot >= 0; slot = NextLine(slot), lines++)
        {
            ReadOnlySpan<byte> bytes = Line(slot);
            Assert.Equal((byte)lines, bytes[^1]);
            Assert.Equal(-1, bytes[..^1].IndexOfAnyExcept(Letter.FillOf(message.Tag, lines)));
        }

        string? owner = (message.Flags & Message.HasRecord) != 0 ? Record<Cargo.Papers>(message).Owner : null;
        const ushort Carries = Message.HasLines | Message.HasRecord;
        Got.Add((
            new Letter(
                message.Address, message.Argument, message.Tag, message.Agent, message.Kind, message.Length, (ushort)(message.Flags & ~Carries), message.Status, message.Class,
                message.Spacing, message.Credits, lines, owner, message.Time - Pair.Latency.Femtoseconds),
            message.Time,
            message.Source,
            message.Port));
    }
}
