namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// Devices that work against timeouts, and a message that resets them in the middle of it: timers taken back, queues emptied, the
/// random stream begun anew.
/// </summary>
internal sealed class Resets : Toy
{
    private const int Size = 16;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(6);

    public override int ShiftMax => 22;

    public override SimTime? Until => SimTime.Zero + SimDuration.FromMicroseconds(3);

    public override void Build(Simulation simulation)
    {
        var controller = new Controller();
        simulation.Add("controller", controller);
        var devices = new Device[Size];
        for (int i = 0; i < Size; i++)
        {
            simulation.Add("device" + i, devices[i] = new Device());
            controller.Wires.Add(simulation.Connect(controller, devices[i], 1, Latency));
        }

        for (int i = 0; i < Size; i++)
            devices[i].Peer = simulation.Connect(devices[i], devices[(i + 7) % Size], 0, Latency);
    }

    private sealed class Controller : ToyActor
    {
        private RandomStream random;

        public List<Connection> Wires { get; } = [];

        protected override void OnStart()
        {
            random = CreateRandomStream("resets");
            var next = new Message { Kind = Message.FirstModelKind, Payload = -1 };
            Schedule(ref next, Latency);
        }

        protected override void Handle(ref Message message)
        {
            var reset = new Message { Kind = Device.Reset, Payload = -1 };
            Send(ref reset, Wires[(int)random.Next(Size)]);
            Schedule(ref message, SimDuration.FromNanoseconds(6 * (1 + (long)random.Next(5))));
        }
    }

    private sealed class Device : ToyActor
    {
        public const byte Reset = Message.FirstModelKind + 9;
        private const byte Work = Message.FirstModelKind;
        private const byte Timeout = Message.FirstModelKind + 1;
        private readonly MessageQueue waiting = new(1000);
        private RandomStream random;
        private TimerHandle timeout;
        private bool busy;
        private uint work;

        public Connection Peer { get; set; }

        protected override void OnStart() => Begin();

        protected override void Handle(ref Message message)
        {
            switch (message.Kind)
            {
                case Reset:
                    Note(Cancel(timeout) ? 1UL : 0);
                    while (waiting.Count > 0)
                    {
                        Message lost = waiting.Dequeue();
                        Note(lost.Tag);
                    }

                    busy = false;
                    Begin();
                    break;
                case Timeout:
                    Note(2);
                    busy = false;
                    Offer();
                    break;
                case var _ when busy:
                    if (waiting.Count < 20)
                        waiting.Enqueue(ref message);
                    break;
                default:
                    busy = true;
                    Note(Cancel(timeout) ? 1UL : 0);
                    var over = new Message { Kind = Timeout, Payload = -1 };
                    timeout = Schedule(ref over, SimDuration.FromNanoseconds(6 * (long)random.Next(4)));
                    Send(ref message, Peer);
                    break;
            }
        }

        private void Begin()
        {
            random = CreateRandomStream();
            for (int i = 0; i < 2; i++)
                Offer();
        }

        private void Offer()
        {
            if (waiting.Count > 0)
            {
                Message held = waiting.Dequeue();
                Send(ref held, Peer);
                return;
            }

            var fresh = new Message { Kind = Work, Tag = work++, Payload = -1 };
            Send(ref fresh, Peer);
        }
    }
}
