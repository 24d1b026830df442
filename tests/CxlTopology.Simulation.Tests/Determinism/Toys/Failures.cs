namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// Workers that fail, in the foreman's component and below it: restarted, stopped, passed on to the owner above. What waited meanwhile
/// is part of the history.
/// </summary>
internal sealed class Failures : Toy
{
    private const int Size = 20;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(8);

    public override int ShiftMax => 22;

    public override SimTime? Until => SimTime.Zero + SimDuration.FromMicroseconds(6);

    public override void Build(Simulation simulation)
    {
        var owner = new Foreman { Highest = true };
        simulation.Add("owner", owner);
        var all = new List<Worker>();
        for (int i = 0; i < Size; i++)
        {
            var foreman = new Foreman();
            var inside = new Worker();
            var below = new Worker();
            simulation.Add("foreman" + i, foreman, owner);
            foreman.Hire(inside);
            simulation.Add("below", below, foreman);
            all.Add(inside);
            all.Add(below);
        }

        var supply = new Supply();
        simulation.Add("supply", supply);
        for (int i = 0; i < all.Count; i++)
        {
            supply.Ways.Add(simulation.Connect(supply, all[i], 2, Latency));
            all[i].Near = simulation.Connect(all[i], all[(i + 1) % all.Count], 0, Latency);
            all[i].Far = simulation.Connect(all[i], all[(i + 5) % all.Count], 1, Latency * 5);
        }
    }

    private sealed class Foreman : ToyActor
    {
        public bool Highest { get; init; }

        public void Hire(Worker worker) => AddChild("inside", worker);

        protected override void Handle(ref Message message) => Note(message.Tag);

        protected override SupervisionDirective OnChildFailed(ActorFailure failure)
        {
            Note((ulong)failure.Time.Femtoseconds);
            Note((uint)failure.ActorId | ((ulong)failure.MessageKind << 32));
            Note(StableHash.Of(failure.Path + failure.Reason));
            if (Highest || History % 24 > 3)
                return SupervisionDirective.Restart;
            return History % 24 > 0 ? SupervisionDirective.Stop : SupervisionDirective.Escalate;
        }

        protected override void OnRestart() => Note(77);
    }

    private sealed class Supply : ToyActor
    {
        public List<Connection> Ways { get; } = [];

        protected override void OnStart()
        {
            var next = new Message { Kind = Message.FirstModelKind, Payload = -1 };
            Schedule(ref next, Latency);
        }

        protected override void Handle(ref Message message)
        {
            var fresh = new Message { Kind = Message.FirstModelKind, Argument = 40, Payload = -1 };
            Send(ref fresh, Ways[(int)(History % (ulong)Ways.Count)]);
            Schedule(ref message, Latency * 2);
        }
    }

    private sealed class Worker : ToyActor
    {
        public Connection Near { get; set; }

        public Connection Far { get; set; }

        protected override void OnStart()
        {
            if (Id % 5 == 0)
                throw new InvalidOperationException("no tools");
            Begin();
        }

        protected override void OnRestart()
        {
            Note(99);
            Begin();
        }

        protected override void OnStopped() => Note(88);

        protected override void Handle(ref Message message)
        {
            if (message.Argument-- == 0)
                return;
            if (History % 53 == 0)
                throw new InvalidOperationException("tired");
            Send(ref message, (History & 1) == 0 ? Near : Far);
            if (History % 59 == 0)
                throw new InvalidOperationException("tired after sending");
        }

        private void Begin()
        {
            for (uint i = 0; i < 4; i++)
            {
                var message = new Message { Kind = Message.FirstModelKind, Tag = i, Argument = 60, Payload = -1 };
                Send(ref message, Near, Now + SimDuration.FromNanoseconds(i / 2));
            }
        }
    }
}
