using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Scenarios.Tests.Regions;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Enumeration;

/// <summary>Memory devices that are taken away and given back, while the host runs.</summary>
public sealed class HotPlugTests
{
    private const string Yaml = """
        version: 1
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 8GiB, targets: [hb0]}]
            bridges: {hb0: {passthrough: false, ports: {rp0: {switch: sw0, ports: {dsp0: m0, dsp1: m1}}, rp1: m2}}}
        endpoints:
          m0: &mem {type: 3, memory: 1GiB}
          m1: *mem
          m2: *mem
        """;

    [Fact]
    public void RemoveDevice_TheLastBelowASwitch_TakesItsPort()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        Assert.Equal(["port1", "port2", "endpoint3", "endpoint4", "endpoint5"], Names(machine));

        Remove(machine, "m0");
        Assert.Equal(["port1", "port2", "endpoint4", "endpoint5"], Names(machine));
        Remove(machine, "m1");

        Assert.Equal(["port1", "endpoint5"], Names(machine));
        Assert.Equal(["mem2"], machine.Core.Memdevs.Select(m => m.Name));
        Assert.Equal(["endpoint5"], machine.Core.Ports[0].Children.Select(p => p.Name));
    }

    [Fact]
    public void RemoveDevice_OfTheHostBridge_LeavesItsPort()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        foreach (string endpoint in new[] { "m2", "m1", "m0" })
            Remove(machine, endpoint);

        Assert.Equal(["port1"], Names(machine));
        Assert.Empty(machine.Core.Memdevs);
    }

    [Fact]
    public void AddDevice_ThatWasRemoved_GetsTheSmallestFreeIds()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        Bdf bdf = machine.Memdev("m0").Function.Bdf;
        Bdf other = machine.Memdev("m2").Function.Bdf;
        Remove(machine, "m2");
        Remove(machine, "m0");

        CxlMemdev first = Assert.Single(machine.Do(() => machine.Core.AddDevice(other)));
        CxlMemdev second = Assert.Single(machine.Do(() => machine.Core.AddDevice(bdf)));

        Assert.Equal(("mem0", "endpoint3"), (first.Name, first.Endpoint!.Name));
        Assert.Equal(("mem2", "endpoint5"), (second.Name, second.Endpoint!.Name));
        Assert.Equal(["port1", "port2", "endpoint3", "endpoint4", "endpoint5"], Names(machine));
    }

    [Fact]
    public void AddDevice_BelowASwitchWithoutMemoryDevices_MakesItsPortAgain()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        Bdf bdf = machine.Memdev("m1").Function.Bdf;
        Remove(machine, "m0");
        Remove(machine, "m1");
        machine.Do(() => machine.Core.AddDevice(bdf));

        CxlPort port = Assert.Single(machine.Core.Ports, p => p.Kind == CxlPortKind.Switch);
        Assert.Equal(("port2", 2, 4), (port.Name, port.Dports.Count, port.Decoders.Count));
        Assert.Equal(["endpoint3"], port.Children.Select(p => p.Name));
    }

    [Fact]
    public void RemoveDevice_WithACommittedRegion_LeavesNothingCommittedOrReferenced()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        Dictionary<(string Port, int Offset), uint> before = machine.Registers();
        CxlRegion region = machine.Committed("512MiB", 256, "m0", "m2");
        CxlMemdev gone = machine.Memdev("m0");
        Remove(machine, "m0");

        Assert.Equal(CxlRegionState.InterleaveActive, region.State);
        Assert.Null(region.Targets[0]);
        Assert.Null(gone.Endpoint);
        Assert.All(machine.Core.Ports, p => Assert.Equal(-1, p.CommitEnd));
        machine.Do(() => machine.Regions.Delete(region));
        Dictionary<(string Port, int Offset), uint> after = machine.Registers();
        Assert.All(after, r => Assert.True(!IsState(r.Key.Offset) || before[r.Key] == r.Value, $"{r.Key}: 0x{before[r.Key]:x} became 0x{r.Value:x}"));
        Assert.DoesNotContain(machine.Core.Ports.SelectMany(p => p.Decoders), d => d.Region is not null || d.Enabled);
    }

    [Fact]
    public void RemoveDevice_AndAdd_LeavesItsMemoryUsable()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        CxlMemdev memdev = machine.Memdev("m0");
        machine.Do(() => machine.Core.RemoveDevice(memdev));
        machine.Do(() => machine.Core.AddDevice(memdev.Function.Bdf));
        CxlRegion region = machine.Committed("256MiB", 256, "m0");

        byte[] written = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];
        var read = new byte[64];
        machine.Do(async () =>
        {
            Assert.Equal(AccessStatus.Ok, await machine.Core.Memory.WriteMemory(region.Base.Value + 4096, written));
            Assert.Equal(AccessStatus.Ok, await machine.Core.Memory.ReadMemory(region.Base.Value + 4096, read));
        });
        Assert.Equal(written, read);
    }

    [Fact]
    public void AddDevice_ThatWasNotThereAtBoot_GetsAddressesInTheWindowOfItsPort()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml, before: built => SetLink(built, "m2", up: false, SimTime.Zero));
        Assert.Equal(["port1", "port2", "endpoint3", "endpoint4"], Names(machine));
        SetLink(machine.Built, "m2", up: true, machine.Built.Simulation.Progress + SimDuration.FromNanoseconds(1));
        PciDevice port = machine.Core.RootBuses[0].Single(d => d.PortNumber == 1);

        CxlMemdev memdev = Assert.Single(machine.Do(() => machine.Core.AddDevice(new Bdf(0, port.SecondaryBus, 0, 0))));

        Assert.Equal(("mem2", "endpoint5", true), (memdev.Name, memdev.Endpoint!.Name, memdev.Enabled));
        Assert.All(memdev.Function.Bars, b => Assert.InRange(b.Base, port.WindowBase, port.WindowEnd - b.Size));
        machine.Committed("256MiB", 256, "m2");
        Assert.Equal(0, machine.Core.Ports[0].CommitEnd);
    }

    [Fact]
    public void AddDevice_ThatIsThere_IsEEXIST()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);

        Failing.With(machine, Errno.EEXIST, () => machine.Core.AddDevice(machine.Memdev("m0").Function.Bdf), "mem0");
    }

    [Fact]
    public void AddDevice_WhereNothingAnswers_IsENODEV()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml.Replace("rp1: m2", "rp1: m2, rp2: ", StringComparison.Ordinal));
        PciDevice empty = machine.Core.RootBuses[0].Single(d => d.Children.Count == 0);

        Failing.With(machine, Errno.ENODEV, () => machine.Core.AddDevice(new Bdf(0, empty.SecondaryBus, 0, 0)), "nothing answers");
    }

    [Fact]
    public void AddDevice_OnABusThatNoPortLeadsTo_IsENODEV()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);

        Failing.With(machine, Errno.ENODEV, () => machine.Core.AddDevice(new Bdf(0, 0xF0, 0, 0)), "0000:f0:00.0");
    }

    [Fact]
    public void RemoveDevice_Twice_IsENODEV()
    {
        CoreMachine machine = CoreMachine.Boot(Yaml);
        CxlMemdev memdev = machine.Memdev("m0");
        machine.Do(() => machine.Core.RemoveDevice(memdev));

        Failing.With(machine, Errno.ENODEV, () => machine.Core.RemoveDevice(memdev), "mem0");
    }

    private static IEnumerable<string> Names(CoreMachine machine) => machine.Core.Ports.Select(p => p.Name);

    private static void Remove(CoreMachine machine, string endpoint)
    {
        CxlMemdev memdev = machine.Memdev(endpoint);
        machine.Do(() => machine.Core.RemoveDevice(memdev));
    }

    /// <summary>Both ends of the link above an endpoint come up or go down.</summary>
    private static void SetLink(BuiltTopology built, string below, bool up, SimTime at)
    {
        LinkedActor lower = built.Endpoints[below];
        var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up ? 1UL : 0, Payload = -1 };
        built.Simulation.Post(built.Links.Single(l => l.Lower == lower).Upper, control, at);
        built.Simulation.Post(lower, control, at);
    }

    /// <summary>Whether a register of a decoder is its base, its size or its control: what a reset puts back.</summary>
    private static bool IsState(int offset) => offset >= 0x10 && (offset - 0x10) % 0x20 < 0x10;
}
