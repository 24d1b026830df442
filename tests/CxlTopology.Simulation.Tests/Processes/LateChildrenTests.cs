using CxlTopology.Simulation.Tests.Determinism;
using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Children that are made during the run, in the process that needs them: their state counts, and reaches the process that reports.</summary>
public sealed class LateChildrenTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Children_MadeInOtherProcesses_GiveTheResultOfOne(int count)
    {
        RunResult reference = Build(new SimulationOptions()).Run();

        foreach ((string cut, Func<int, int>? ownerOf) in ProcessSweepTests.Cuts(count))
        {
            RunResult[] results = Company.Run(count, peers =>
            {
                Simulation simulation = Build(new SimulationOptions { Peers = peers, OwnerOf = ownerOf });
                simulation.Run(SimTime.Zero + SimDuration.FromNanoseconds(200));
                simulation.Run(SimTime.Zero + SimDuration.FromNanoseconds(900)); // state is taken over again, with children known and new
                return simulation.Run();
            });

            Assert.All(results, result => Assert.True(Sweep.Same(reference, result), $"{cut}: {Sweep.Summary(result)}, on one {Sweep.Summary(reference)}"));
        }
    }

    [Fact]
    public void State_OfOtherProcesses_IsReadOnProcessZero()
    {
        ulong[][] known = Company.Run(3, peers =>
        {
            Simulation simulation = Build(new SimulationOptions { Peers = peers, OwnerOf = place => place % 3 });
            simulation.Run();
            return Enumerable.Range(0, Nursery.Size).Select(i => ((Nursery)simulation.Find("nursery" + i)!).Steps).ToArray();
        });

        Simulation one = Build(new SimulationOptions());
        one.Run();
        Assert.Equal(Enumerable.Range(0, Nursery.Size).Select(i => ((Nursery)one.Find("nursery" + i)!).Steps), known[0]);
        Assert.NotEqual(known[0], known[1]);
    }

    [Fact]
    public void Children_OfOtherProcesses_AreFoundOnProcessZero()
    {
        bool[] found = Company.Run(2, peers =>
        {
            Simulation simulation = Build(new SimulationOptions { Peers = peers, OwnerOf = place => place % 2 });
            simulation.Run();
            return simulation.Find("nursery1/child0") is not null;
        });

        Assert.True(found[0]);
    }

    private static Simulation Build(SimulationOptions options)
    {
        var simulation = new Simulation(options);
        Nursery.Build(simulation);
        return simulation;
    }

    /// <summary>Makes a child for each guest it has not seen, up to four; the child handles the guest and sends it on.</summary>
    private sealed class Nursery : ToyActor
    {
        public const int Size = 7;
        private readonly Child?[] made = new Child?[4];
        private int first;

        public ulong Steps { get; private set; }

        public Connection Next { get; private set; }

        public static void Build(Simulation simulation)
        {
            var nurseries = new Nursery[Size];
            for (int i = 0; i < Size; i++)
                simulation.Add("nursery" + i, nurseries[i] = new Nursery());
            for (int i = 0; i < Size; i++)
                nurseries[i].Next = simulation.Connect(nurseries[i], nurseries[(i + 1) % Size], 0, SimDuration.FromNanoseconds(7));
        }

        protected override void OnAttached() => first = ReserveChildren(made.Length);

        protected override void OnStart()
        {
            var guest = new Message { Kind = Message.FirstModelKind, Tag = (uint)Id, Argument = 200, Payload = -1 };
            Send(ref guest, Next);
        }

        protected override void Handle(ref Message message)
        {
            Steps++;
            if (message.Argument-- > 0)
                HandOver(ChildOf((int)(History % (ulong)made.Length)), ref message);
        }

        protected override void SaveState(WireBuffer to)
        {
            to.WriteUInt64(Steps);
            foreach (Child? child in made)
                to.WriteBool(child is not null);
        }

        protected override void LoadState(ref WireReader from)
        {
            Steps = from.ReadUInt64();
            for (int i = 0; i < made.Length; i++)
            {
                if (from.ReadBool())
                    ChildOf(i);
            }
        }

        private Child ChildOf(int place)
        {
            if (made[place] is not { } child)
                AttachReserved(first + place, "child" + place, made[place] = child = new Child(this));
            return child;
        }
    }

    private sealed class Child(Nursery parent) : ToyActor
    {
        protected override void Handle(ref Message message) => Send(ref message, parent.Next);
    }
}
