using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

public sealed class LinkDownTests
{
    private const ulong Base = FabricBench.Base;

    [Fact]
    public void Access_WhileTheLinkIsDown_CompletesWithLinkDown()
    {
        FabricBench bench = FabricBench.Direct();
        Switch(bench, up: false);
        Probe read = bench.Run(Probe.Read(Base));
        Probe write = bench.Run(Probe.WriteWord(Base, 1));

        Assert.Equal(AccessStatus.LinkDown, read.Status);
        Assert.Equal(AccessStatus.LinkDown, write.Status);
        Assert.True(read.Answer.Poisoned);
        Assert.Equal((AccessStatus.LinkDown, 2), Assert.Single(bench.Bridge.Unclaimed));
        Assert.Equal(bench.Bridge.Id, read.Answer.Completer);
    }

    [Fact]
    public void RegisterAccess_WhileTheLinkIsDown_CompletesWithLinkDown()
    {
        FabricBench bench = FabricBench.Direct();
        Switch(bench, up: false);

        Assert.Equal((IoStatus.LinkDown, uint.MaxValue), bench.Read(FabricBench.ToDevice(), 0));
    }

    [Fact]
    public void Access_InFlightWhenTheLinkFails_HasNoAnswer()
    {
        FabricBench bench = FabricBench.Direct();
        Probe[] reads = [.. Enumerable.Range(0, 16).Select(i => Probe.Read(Base + 64 * (ulong)i))];
        SimTime from = bench.Agent.RunOn(bench.Simulation).End + SimDuration.FromMicroseconds(10);
        bench.Agent.Queue(bench.Simulation, from, reads);
        // They are in the device: some 80 ns to it, 130 ns back at its port.
        Post(bench, from + SimDuration.FromNanoseconds(100), up: false);
        bench.Agent.RunOn(bench.Simulation);

        Assert.All(reads, r => Assert.Empty(r.Answers));
        Assert.Equal(16, bench.Devices[0].Lost);
    }

    [Fact]
    public void Access_ThatWaitsForCreditsWhenTheLinkFails_CompletesWithLinkDown()
    {
        FabricBench bench = FabricBench.Direct(new LinkOptions { LowerBuffer = (4, 4) }, new EndpointOptions { Capacity = new ByteSize(FabricBench.Quarter), Queue = 1 });
        Probe[] reads = [.. Enumerable.Range(0, 32).Select(i => Probe.Read(Base + 64 * (ulong)i))];
        SimTime from = bench.Agent.RunOn(bench.Simulation).End + SimDuration.FromMicroseconds(10);
        bench.Agent.Queue(bench.Simulation, from, reads);
        Post(bench, from + SimDuration.FromNanoseconds(100), up: false);
        bench.Agent.RunOn(bench.Simulation);

        Assert.Equal(4, reads.Count(r => r.Answers.Count == 0));
        Assert.Equal(28, reads.Count(r => r.Answers.Count == 1 && r.Status == AccessStatus.LinkDown));
    }

    [Fact]
    public void Link_ThatComesUpAgain_CarriesEverythingAndHasItsCredits()
    {
        FabricBench bench = FabricBench.Direct(new LinkOptions { LowerBuffer = (4, 4), UpperBuffer = (4, 4) });
        Probe[] before = [.. Enumerable.Range(0, 16).Select(i => Probe.Read(Base + 64 * (ulong)i))];
        SimTime from = bench.Agent.RunOn(bench.Simulation).End + SimDuration.FromMicroseconds(10);
        bench.Agent.Queue(bench.Simulation, from, before);
        Post(bench, from + SimDuration.FromNanoseconds(100), up: false);
        Post(bench, from + SimDuration.FromMicroseconds(5), up: true);
        bench.Agent.RunOn(bench.Simulation);
        var again = new Probe[100];
        for (int i = 0; i < again.Length; i++)
            again[i] = bench.Run(Probe.Read(Base + 64 * (ulong)i));

        Assert.Contains(before, r => r.Answers.Count == 0);
        Assert.All(again, r => Assert.Equal(AccessStatus.MemoryDisabled, r.Status)); // for the device that was a hot reset
        LinkedActor upper = bench.Bridge.Ports[0];
        Assert.Equal(upper.FarBuffer.Header, upper.CreditsHeld.Header + bench.Devices[0].CreditsOwed.Header);
    }

    [Fact]
    public void Access_ToAnEmptyPort_CompletesWithNoDevice()
    {
        var bench = new FabricBench(ports: 2, attached: 1);
        bench.Program(FabricBench.ToBridge, 0, Base, FabricBench.Quarter, 0x1200, 1);
        Probe read = bench.Run(Probe.Read(Base));

        Assert.Equal(AccessStatus.NoDevice, read.Status);
        Assert.Equal((AccessStatus.NoDevice, 1), Assert.Single(bench.Bridge.Unclaimed));
    }

    [Fact]
    public void Access_ThroughAPassThroughBridgeWithoutDevice_CompletesWithNoDevice()
    {
        var bench = new FabricBench(bridge: new HostBridgeOptions { Uid = 7, PassThrough = true }, ports: 1, attached: 0);

        Assert.Equal(AccessStatus.NoDevice, bench.Run(Probe.WriteWord(Base, 5)).Status);
    }

    [Fact]
    public void Access_ThroughAPassThroughBridgeWithoutPorts_CompletesWithNoDevice()
    {
        var bench = new FabricBench(bridge: new HostBridgeOptions { Uid = 7, PassThrough = true }, ports: 0);

        Assert.Equal(AccessStatus.NoDevice, bench.Run(Probe.Read(Base)).Status);
    }

    private static void Switch(FabricBench bench, bool up)
    {
        SimTime at = bench.Agent.RunOn(bench.Simulation).End + SimDuration.FromMicroseconds(1);
        Post(bench, at, up);
        bench.Agent.RunOn(bench.Simulation);
    }

    /// <summary>Takes both ends of the first link down or up.</summary>
    private static void Post(FabricBench bench, SimTime at, bool up)
    {
        var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up ? 1UL : 0, Payload = -1 };
        bench.Simulation.Post(bench.Bridge.Ports[0], control, at);
        bench.Simulation.Post(bench.Devices[0], control, at);
    }
}
