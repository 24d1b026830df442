using System.Buffers.Binary;

namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// Chains of payload lines and control records that cross components: read, changed, relinked, grown, dropped, held back in a queue,
/// and replaced on the way.
/// </summary>
internal sealed class Cargo : Toy
{
    private const int Size = 14;
    private const int LinesMax = 6;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(9);

    public override int ShiftMax => 23;

    public override void Build(Simulation simulation)
    {
        var ports = new Port[Size];
        for (int i = 0; i < Size; i++)
            simulation.Add("port" + i, ports[i] = new Port());
        for (int i = 0; i < Size; i++)
        {
            ports[i].Near = simulation.Connect(ports[i], ports[(i + 1) % Size], 0, Latency);
            ports[i].Far = simulation.Connect(ports[i], ports[(i + 6) % Size], 1, Latency + SimDuration.FromPicoseconds(1));
        }
    }

    internal sealed record Papers(ulong Stamp, string Owner);

    private sealed class Port : ToyActor
    {
        private const byte Ship = Message.FirstModelKind;
        private const byte Letter = Message.FirstModelKind + 1;
        private const byte Tide = Message.FirstModelKind + 2;
        private readonly MessageQueue harbour = new(64);

        public Connection Near { get; set; }

        public Connection Far { get; set; }

        protected override void OnStart()
        {
            for (uint i = 0; i < 3; i++)
            {
                var ship = new Message { Kind = Ship, Tag = i, Argument = 60, Payload = -1 };
                Load(ref ship);
                Send(ref ship, Near);
                var letter = new Message { Kind = Letter, Tag = i, Argument = 60, Payload = -1 };
                AttachRecord(ref letter, new Papers(i, Path));
                Send(ref letter, Far);
            }
        }

        protected override void Handle(ref Message message)
        {
            if (message.Kind == Tide)
            {
                Message ship = harbour.Dequeue();
                Note((ulong)ship.Time);
                Send(ref ship, Near);
                return;
            }

            if (message.Argument-- == 0)
                return; // ends here, and what it carries is freed with it
            if (message.Kind == Letter)
                OnLetter(ref message);
            else
                OnShip(ref message);
        }

        private void OnLetter(ref Message letter)
        {
            Papers papers = Record<Papers>(letter);
            Note(papers.Stamp);
            Note(StableHash.Of(papers.Owner));
            if (History % 3 == 0)
            {
                DropPayload(ref letter);
                AttachRecord(ref letter, new Papers(History, Path));
            }

            Send(ref letter, (History & 1) == 0 ? Near : Far);
        }

        private void OnShip(ref Message ship)
        {
            int lines = 0;
            int reversed = -1;
            for (int slot = ship.Payload; slot >= 0; lines++)
            {
                Span<byte> line = Line(slot);
                Note(BinaryPrimitives.ReadUInt64LittleEndian(line));
                Note(BinaryPrimitives.ReadUInt64LittleEndian(line[56..]));
                BinaryPrimitives.WriteUInt64LittleEndian(line[56..], History);
                int following = NextLine(slot);
                NextLine(slot) = reversed;
                reversed = slot;
                slot = following;
            }

            ship.Payload = reversed;
            if (lines == LinesMax)
                DropPayload(ref ship);
            if (lines < LinesMax || History % 2 == 0)
                Load(ref ship);
            if (History % 4 != 0)
            {
                Send(ref ship, Near);
                return;
            }

            harbour.Enqueue(ref ship);
            var tide = new Message { Kind = Tide, Payload = -1 };
            Schedule(ref tide, SimDuration.FromNanoseconds(3));
        }

        private void Load(ref Message ship)
        {
            Span<byte> line = AddLine(ref ship);
            line.Fill((byte)History);
            BinaryPrimitives.WriteUInt64LittleEndian(line, History);
        }
    }
}
