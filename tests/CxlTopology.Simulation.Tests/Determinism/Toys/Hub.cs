namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// One actor that gets hundreds of messages of one instant and one bucket at a time: long turns, sorted another way than short ones.
/// </summary>
internal sealed class Hub : Toy
{
    private const int Size = 60;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(12);

    public override int ShiftMax => 23;

    public override void Build(Simulation simulation)
    {
        var centre = new Centre();
        simulation.Add("centre", centre);
        for (int i = 0; i < Size; i++)
        {
            var spoke = new Spoke();
            simulation.Add("spoke" + i, spoke);
            spoke.Inwards = simulation.Connect(spoke, centre, i, Latency);
            centre.Outwards.Add(simulation.Connect(centre, spoke, 0, Latency));
        }
    }

    private sealed class Centre : ToyActor
    {
        public List<Connection> Outwards { get; } = [];

        protected override void Handle(ref Message message)
        {
            if (message.Argument-- > 0)
                Send(ref message, Outwards[(int)(History % Size)], Now + SimDuration.FromPicoseconds((long)(History >> 60) * 100));
        }
    }

    private sealed class Spoke : ToyActor
    {
        public Connection Inwards { get; set; }

        protected override void OnStart()
        {
            for (uint i = 0; i < 4; i++)
            {
                var message = new Message { Kind = Message.FirstModelKind, Tag = i, Argument = 20, Payload = -1 };
                Send(ref message, Inwards);
            }
        }

        protected override void Handle(ref Message message) => Send(ref message, Inwards);
    }
}
