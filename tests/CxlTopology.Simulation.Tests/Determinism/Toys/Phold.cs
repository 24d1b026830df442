namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// As PHOLD: every message goes on to a random actor after the latency and an exponential delay, each draw from the actor's own stream.
/// </summary>
internal sealed class Phold : Toy
{
    private const int Size = 40;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(25);

    public override int ShiftMax => 24;

    public override SimTime? Until => SimTime.Zero + SimDuration.FromMicroseconds(12);

    public override void Build(Simulation simulation)
    {
        var cities = new City[Size];
        for (int i = 0; i < Size; i++)
            simulation.Add("city" + i, cities[i] = new City());
        foreach (City from in cities)
        {
            foreach (City to in cities)
                from.Roads.Add(simulation.Connect(from, to, 0, Latency));
        }
    }

    private sealed class City : ToyActor
    {
        private RandomStream random;

        public List<Connection> Roads { get; } = [];

        protected override void OnStart()
        {
            random = CreateRandomStream();
            for (uint i = 0; i < 2; i++)
            {
                var message = new Message { Kind = Message.FirstModelKind, Tag = i, Payload = -1 };
                Schedule(ref message, Delay());
            }
        }

        protected override void Handle(ref Message message) => Send(ref message, Roads[(int)random.Next(Size)], Now + Delay());

        private SimDuration Delay() => new((long)(random.NextExponential() * 25_000_000));
    }
}
