namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// Timers of every distance, armed and taken back: of the same instant, of the open bucket, of the next ones, beyond each level of the
/// wheel; taken back twice, after they fired, and by the handler of another timer of the same instant.
/// </summary>
internal sealed class Timers : Toy
{
    private const int Size = 12;
    private const int Ticks = 120;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(3);

    public override int ShiftMax => 21;

    public override void Build(Simulation simulation)
    {
        var clocks = new Clock[Size];
        for (int i = 0; i < Size; i++)
            simulation.Add("clock" + i, clocks[i] = new Clock());
        for (int i = 0; i < Size; i++)
            clocks[i].Next = simulation.Connect(clocks[i], clocks[(i + 5) % Size], 0, Latency);
    }

    private sealed class Clock : ToyActor
    {
        private const byte Tick = Message.FirstModelKind;
        private const byte Alarm = Message.FirstModelKind + 1;
        private const byte Gossip = Message.FirstModelKind + 2;

        private static readonly SimDuration[] Delays =
        [
            SimDuration.Zero, new(1), new(300_000), SimDuration.FromNanoseconds(1), SimDuration.FromNanoseconds(2),
            SimDuration.FromNanoseconds(7), SimDuration.FromNanoseconds(40), SimDuration.FromMicroseconds(1), SimDuration.FromMicroseconds(30),
            SimDuration.FromMilliseconds(11), SimDuration.FromSeconds(50), SimDuration.FromSeconds(2_000), SimDuration.FromSeconds(9_000),
        ];

        private readonly TimerHandle[] armed = new TimerHandle[16];
        private RandomStream random;
        private uint ticks;
        private uint alarms;

        public Connection Next { get; set; }

        protected override void OnStart()
        {
            random = CreateRandomStream();
            Arm(Tick, 0, SimDuration.Zero);
            armed[3] = Arm(Alarm, 1000, SimDuration.FromNanoseconds(2));
        }

        protected override void Handle(ref Message message)
        {
            switch (message.Kind)
            {
                case Tick:
                    OnTick(ref message);
                    break;
                case Alarm:
                    TakeBackOne();
                    break;
                default:
                    Arm(Alarm, message.Tag, Delays[(int)(History % 4)]);
                    break;
            }
        }

        private void OnTick(ref Message message)
        {
            for (int i = 0; i < 3; i++)
            {
                int place = (int)random.Next((ulong)armed.Length);
                Note(Cancel(armed[place]) ? 1UL : 0);
                armed[place] = Arm(Alarm, alarms++, Delays[(int)random.Next((ulong)Delays.Length)]);
            }

            // Two of one instant, of which the handler of the first may take back the second.
            SimDuration together = SimDuration.FromNanoseconds((long)random.Next(4));
            Arm(Alarm, alarms++, together);
            armed[(int)random.Next((ulong)armed.Length)] = Arm(Alarm, alarms++, together);
            Note(Cancel(Arm(Alarm, alarms++, SimDuration.Zero)) ? 1UL : 0);
            TakeBackOne();
            var gossip = new Message { Kind = Gossip, Tag = ticks, Payload = -1 };
            Send(ref gossip, Next);
            if (++ticks < Ticks)
                armed[0] = Schedule(ref message, SimDuration.FromNanoseconds(1 + (long)random.Next(6)));
            else
                Array.ForEach(armed, timer => Note(Cancel(timer) ? 1UL : 0));
        }

        // Place 0 holds the tick itself: it would end the clock.
        private void TakeBackOne() => Note(Cancel(armed[1 + (int)random.Next((ulong)armed.Length - 1)]) ? 1UL : 0);

        private TimerHandle Arm(byte kind, uint tag, SimDuration delay)
        {
            var message = new Message { Kind = kind, Tag = tag, Payload = -1 };
            return Schedule(ref message, delay);
        }
    }
}
