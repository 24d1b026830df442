using CxlTopology.Fabric;
using CxlTopology.Scenarios.Tests.Regions;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Enumeration;

/// <summary>A link fails at any access of enumeration, of a region's creation and of its end: what was called ends, with an error number or well, and the core can go on.</summary>
public sealed class LossAtAnyPlaceTests
{
    private const string Yaml = """
        version: 1
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 8GiB, targets: [hb0, hb1], granularity: 1KiB}]
            bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: m0, dsp1: m1}}}, hb1: {passthrough: false, ports: {rp0: m2, rp1: m3}}}
        endpoints:
          m0: &mem {type: 3, memory: 1GiB}
          m1: *mem
          m2: *mem
          m3: *mem
        """;

    [Theory]
    [InlineData("m0")]
    [InlineData("sw0")]
    [InlineData("m3")]
    public void CreateRegion_WhileALinkFailsAnywhere_EndsAndTheDeviceCanComeBack(string below)
    {
        List<SimTime> places = Walk(below, null, Create, Probe).Places;
        Assert.InRange(places.Count, 50, 500);

        int failed = places.Count(place => Walk(below, place, Create, Probe).Failed);

        Assert.InRange(failed, places.Count / 8, places.Count);
    }

    [Theory]
    [InlineData("m1")]
    [InlineData("sw0")]
    public void DestroyRegion_WhileALinkFailsAnywhere_EndsAndTheDeviceCanComeBack(string below)
    {
        List<SimTime> places = Walk(below, null, Destroy, Probe, Create).Places;
        Assert.InRange(places.Count, 20, 500);

        foreach (SimTime place in places)
            Walk(below, place, Destroy, Probe, Create);
    }

    [Theory]
    [InlineData("m0")]
    [InlineData("sw0")]
    [InlineData("m2")]
    public void Probe_WhileALinkFailsAnywhere_EndsAndTheDeviceCanComeBack(string below)
    {
        List<SimTime> places = Walk(below, null, Probe).Places;
        Assert.InRange(places.Count, 200, 2000);

        foreach (SimTime place in places.Where((_, index) => index % 5 == 0)) // neighbours are alike, and there are many
            Walk(below, place, Probe);
    }

    /// <summary>One run: a machine, a step during which a link fails, and what is left is looked at, cleaned up and used again.</summary>
    private static (List<SimTime> Places, bool Failed) Walk(string below, SimTime? place, Func<Session, Task> step, params Func<Session, Task>[] before)
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        Bdf[] endpoints = [.. new[] { "m0", "m1", "m2", "m3" }.Select(e => machine.Memdev(e).Function.Bdf)];
        foreach (CxlMemdev memdev in machine.Core.Memdevs.ToArray())
            machine.Do(() => machine.Core.RemoveDevice(memdev));
        var bus = new WatchedBus(machine.Core);
        var core = new CxlCore(bus, bus, bus, bus, machine.Core.Platform);
        var session = new Session(core, new CxlRegions(core), machine.Core.RootBuses, endpoints);
        foreach (Func<Session, Task> earlier in before)
            machine.Do(() => earlier(session));
        bus.Places.Clear();
        if (place is { } at)
            Control(machine, below, up: false, at);
        bool failed = false;
        try
        {
            machine.Do(() => step(session));
        }
        catch (ErrnoException)
        {
            failed = true;
        }

        if (place is not null)
        {
            CoreState.Check(core, $"{below} at {place}");
            Recover(machine, session, below, $"{below} at {place}");
        }

        return (bus.Places, failed);
    }

    private static void Recover(CoreMachine machine, Session session, string below, string context)
    {
        CxlCore core = session.Core;
        Bdf[] lost = [.. (below == "sw0" ? ["m0", "m1"] : new[] { below }).Select(e => session.Endpoints[e[1] - '0'])];
        foreach (CxlMemdev memdev in core.Memdevs.Where(m => lost.Contains(m.Function.Bdf)).ToArray())
            machine.Do(() => core.RemoveDevice(memdev));
        CoreState.Check(core, context + ", removed");
        foreach (CxlRegion region in core.Regions.ToArray())
            machine.Do(() => End(session, region));
        CoreState.CheckIdle(core, context + ", without regions");

        Control(machine, below, up: true, machine.Built.Simulation.Progress + SimDuration.FromNanoseconds(1));
        machine.Do(() => core.Clock.Wait(SimDuration.FromSeconds(1)));
        machine.Do(() => core.AddDevice(below == "sw0" ? SwitchAbove(core, lost[0]) : lost[0]));
        CoreState.CheckIdle(core, context + ", given back");
        Assert.All(core.Memdevs, m => Assert.True(m.Enabled, $"{context}: {m.Name} is disabled: {string.Join("; ", core.Log)}"));
        Assert.Equal(4, core.Memdevs.Count);
        machine.Do(() => Create(session));
        machine.Do(() => Use(core));
    }

    private static Bdf SwitchAbove(CxlCore core, Bdf below) => core.FunctionAt(below)!.Parent!.Parent!.Bdf;

    private static async Task End(Session session, CxlRegion region)
    {
        CxlEndpointDecoder[] decoders = [.. region.Targets.OfType<CxlEndpointDecoder>()];
        await session.Regions.Delete(region);
        foreach (CxlEndpointDecoder decoder in decoders)
            DeviceMemory.SetSize(decoder, default);
    }

    private static async Task Use(CxlCore core)
    {
        var read = new byte[8];
        for (ulong line = 0; line < 8192; line += 512)
        {
            byte[] written = BitConverter.GetBytes(line + 1);
            Assert.Equal(AccessStatus.Ok, await core.Memory.WriteMemory(core.Regions[0].Base.Value + line, written));
            Assert.Equal(AccessStatus.Ok, await core.Memory.ReadMemory(core.Regions[0].Base.Value + line, read));
            Assert.Equal(written, read);
        }
    }

    /// <summary>Both ends of the link above a component go down, or come up.</summary>
    private static void Control(CoreMachine machine, string below, bool up, SimTime at)
    {
        LinkedActor lower = below == "sw0" ? machine.Built.Switches["sw0"].Upstream : machine.Built.Endpoints[below];
        LinkedActor upper = machine.Built.Links.Single(l => l.Lower == lower).Upper;
        var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up ? 1UL : 0, Payload = -1 };
        machine.Built.Simulation.Post(upper, control, at);
        machine.Built.Simulation.Post(lower, control, at);
    }

    private static Task Probe(Session session) => session.Core.Probe(session.Found.ToDictionary());

    private static async Task Create(Session session)
    {
        CxlMemdev[] memdevs = [.. session.Core.Memdevs.OrderBy(m => m.Function.Bdf.ConfigurationAddress(0))];
        await new RegionCommands(session.Regions).Create(new RegionRequest((CxlRootDecoder)session.Core.Root!.Decoders[0])
        {
            Memdevs = [memdevs[0], memdevs[2], memdevs[1], memdevs[3]],
            IsPersistent = false,
            Size = ByteSize.GiB(2),
            Granularity = 1024,
        });
    }

    private static Task Destroy(Session session) => new RegionCommands(session.Regions).Destroy(session.Core.Regions[0], force: true);

    private sealed record Session(CxlCore Core, CxlRegions Regions, IReadOnlyDictionary<int, IReadOnlyList<PciDevice>> Found, IReadOnlyList<Bdf> Endpoints);
}
