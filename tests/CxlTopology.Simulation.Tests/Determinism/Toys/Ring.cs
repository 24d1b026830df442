namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// Constant latencies: all messages arrive on multiples of 5 ns, two or more at a time, and who goes first decides where each goes
/// next.
/// </summary>
internal sealed class Ring : Toy
{
    private const int Size = 24;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(5);

    public override int ShiftMax => 22;

    public override void Build(Simulation simulation)
    {
        var seats = new Seat[Size];
        for (int i = 0; i < Size; i++)
            simulation.Add("seat" + i, seats[i] = new Seat());
        for (int i = 0; i < Size; i++)
        {
            seats[i].Left = simulation.Connect(seats[i], seats[(i + Size - 1) % Size], 0, Latency);
            seats[i].Right = simulation.Connect(seats[i], seats[(i + 1) % Size], 1, Latency);
        }
    }

    private sealed class Seat : ToyActor
    {
        public Connection Left { get; set; }

        public Connection Right { get; set; }

        protected override void OnStart()
        {
            for (uint i = 0; i < 3; i++)
            {
                var message = new Message { Kind = Message.FirstModelKind, Tag = i, Argument = 150, Payload = -1 };
                Send(ref message, Right);
            }
        }

        protected override void Handle(ref Message message)
        {
            if (message.Argument-- > 0)
                Send(ref message, (History & 1) == 0 ? Left : Right);
        }
    }
}
