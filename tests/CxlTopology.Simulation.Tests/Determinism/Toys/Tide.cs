namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// High water, low water, high water: hundreds of messages a window, then thousands of windows with a message each, then hundreds again.
/// With the default bound the workers start, one takes over, and they start again.
/// </summary>
internal sealed class Tide : Toy
{
    private const int Size = 48;
    private const int Crowd = 5;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(20);

    /// <summary>When the first high water is over for every actor.</summary>
    public static readonly SimTime Ebb = SimTime.Zero + SimDuration.FromNanoseconds(20 * 400);

    /// <summary>When the second begins.</summary>
    public static readonly SimTime Flood = Ebb + SimDuration.FromNanoseconds(20 * 9_500);

    public override int ShiftMax => 24;

    public override SimTime? Until => Flood + SimDuration.FromNanoseconds(20 * 400);

    public override void Build(Simulation simulation)
    {
        var waves = new Wave[Size];
        for (int i = 0; i < Size; i++)
            simulation.Add("wave" + i, waves[i] = new Wave(i == 0));
        for (int i = 0; i < Size; i++)
        {
            waves[i].Near = simulation.Connect(waves[i], waves[(i + 1) % Size], 0, Latency);
            waves[i].Far = simulation.Connect(waves[i], waves[(i + 17) % Size], 1, Latency);
        }
    }

    private sealed class Wave(bool first) : ToyActor
    {
        private const byte Water = Message.FirstModelKind;
        private const byte Rise = Message.FirstModelKind + 1;
        private const byte Ripple = Message.FirstModelKind + 2;

        public Connection Near { get; set; }

        public Connection Far { get; set; }

        protected override void OnStart()
        {
            At(SimTime.Zero);
            At(Flood);
            if (!first)
                return;
            var ripple = new Message { Kind = Ripple, Payload = -1 };
            Send(ref ripple, Near);
        }

        protected override void Handle(ref Message message)
        {
            switch (message.Kind)
            {
                case Rise:
                    for (uint i = 0; i < Crowd; i++)
                    {
                        var water = new Message { Kind = Water, Tag = i, Payload = -1 };
                        Send(ref water, Near);
                    }

                    break;
                case Ripple:
                    Send(ref message, Near);
                    break;
                case var _ when Now < Ebb || Now > Flood:
                    Send(ref message, (History & 1) == 0 ? Near : Far);
                    break;
                default:
                    break; // the water runs off
            }
        }

        private void At(SimTime time)
        {
            var rise = new Message { Kind = Rise, Payload = -1 };
            Schedule(ref rise, time - SimTime.Zero);
        }
    }
}
