using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Wiring;

public sealed class AddTests
{
    [Fact]
    public void Add_NumbersActorsInOrderWithTheirChildren()
    {
        var simulation = new Simulation();
        var first = new Probe();
        var child = new Probe();
        var late = new Probe();
        first.Adopt("child", child);
        first.OnPlaced = p => p.Adopt("late", late);
        var second = new Probe();
        simulation.Add("first", first);
        simulation.Add("second", second, first);

        Assert.Equal([1, 2, 3, 4], [first.Id, child.Id, late.Id, second.Id]);
        Assert.Equal(["first", "first/child", "first/late", "first/second"], [first.Path, child.Path, late.Path, second.Path]);
        Assert.Equal(4, simulation.ActorCount);
        Assert.Equal([child, late], first.Children);
    }

    [Fact]
    public void Add_OfOneActorTwice_IsRefused()
    {
        var simulation = new Simulation();
        var probe = new Probe();
        simulation.Add("probe", probe);

        Assert.Equal("probe was added already.", Assert.Throws<WiringException>(() => simulation.Add("again", probe)).Message);
    }

    [Fact]
    public void Add_OfANameTwice_IsRefused()
    {
        var simulation = new Simulation();
        simulation.Add("probe", new Probe());

        Assert.Equal("probe is there twice.", Assert.Throws<WiringException>(() => simulation.Add("probe", new Probe())).Message);
    }

    [Fact]
    public void Add_OfANameTwiceBelowOneParent_IsRefused()
    {
        var simulation = new Simulation();
        var parent = new Probe();
        parent.Adopt("child", new Probe());
        simulation.Add("parent", parent);

        Assert.Equal(
            "parent/child is there twice.",
            Assert.Throws<WiringException>(() => simulation.Add("child", new Probe(), parent)).Message);
    }

    [Fact]
    public void Add_OfANameBelowTwoParents_IsTaken()
    {
        var simulation = new Simulation();
        var a = new Probe();
        var b = new Probe();
        a.Adopt("child", new Probe());
        b.Adopt("child", new Probe());
        simulation.Add("a", a);
        simulation.Add("b", b);

        Assert.Equal("b/child", simulation.Find("b/child")?.Path);
    }

    [Fact]
    public void Add_BelowAParentNotAdded_IsRefused() =>
        Assert.Throws<WiringException>(() => new Simulation().Add("probe", new Probe(), new Probe()));

    [Fact]
    public void Add_AfterTheStart_IsRefused()
    {
        var simulation = new Simulation();
        simulation.Run();

        Assert.Equal(
            "Actors cannot be added once the run has started.",
            Assert.Throws<WiringException>(() => simulation.Add("probe", new Probe())).Message);
    }

    [Fact]
    public void AddChild_ThatHasAPlace_IsRefused()
    {
        var child = new Probe();
        new Probe().Adopt("child", child);

        Assert.Throws<WiringException>(() => new Probe().Adopt("child", child));
    }

    [Fact]
    public void ReserveChildren_BeforeItWasAdded_IsRefused() => Assert.Throws<WiringException>(() => new Probe().SetAside(1));

    [Fact]
    public void ReserveChildren_PastAllIds_IsRefused()
    {
        var simulation = new Simulation();
        var probe = new Probe();
        simulation.Add("probe", probe);

        Assert.Contains("16,777,215", Assert.Throws<WiringException>(() => probe.SetAside(1 << 24)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateRandomStream_DependsOnSeedPathAndPurpose()
    {
        ulong Draw(ulong seed, string name, string purpose)
        {
            var simulation = new Simulation(new SimulationOptions { Seed = seed });
            var probe = new Probe();
            simulation.Add(name, probe);
            return probe.Stream(purpose).NextUInt64();
        }

        ulong[] draws = [Draw(1, "a", ""), Draw(2, "a", ""), Draw(1, "b", ""), Draw(1, "a", "media")];

        Assert.Equal(4, draws.Distinct().Count());
        Assert.Equal(draws[0], Draw(1, "a", ""));
    }

    [Fact]
    public void Find_OfAnUnknownPath_IsNull() => Assert.Null(new Simulation().Find("nobody"));

    [Fact]
    public void AttachReserved_UnderAnIdInUse_EndsTheRun()
    {
        var simulation = new Simulation();
        var probe = new Probe { OnPlaced = p => p.SetAside(1), OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(5)) };
        var victim = new Probe();
        simulation.Add("probe", probe);
        simulation.Add("victim", victim);
        probe.OnMessage = (Probe self, ref Message _) => self.AdoptLate(victim.Id, "usurper", new Probe());

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Same(victim, simulation.Find("victim"));
    }

    [Fact]
    public void AttachReserved_UnderAnIdOfAnotherComponent_EndsTheRun()
    {
        var simulation = new Simulation();
        var probe = new Probe();
        int first = 0;
        simulation.Add("other", new Probe { OnPlaced = p => first = p.SetAside(2) });
        simulation.Add("probe", probe);
        probe.OnStarted = p => p.AdoptLate(first, "thief", new Probe());

        RunResult result = simulation.Run();

        Assert.Equal(
            $"probe cannot attach thief under id {first}: it was not set aside here, or is in use.",
            Assert.Single(result.Failures).Reason);
    }

    [Fact]
    public void AttachReserved_OfAnActorThatHasAPlace_EndsTheRun()
    {
        var simulation = new Simulation();
        int first = 0;
        var probe = new Probe { OnPlaced = p => first = p.SetAside(2), OnStarted = p => p.AdoptLate(first, "again", p) };
        simulation.Add("probe", probe);

        RunResult result = simulation.Run();

        Assert.Equal("probe already has a place; it cannot become again of probe.", Assert.Single(result.Failures).Reason);
    }
}
