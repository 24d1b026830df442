using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Scenarios.Tests.Regions;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Coherence;

/// <summary>The CXL core opens the ways of coherence when a device comes, takes them back when it goes, and opens them again after a reset.</summary>
public sealed class CoherencePathTests
{
    private const ushort BiDecoder = (ushort)ComponentCapabilityId.BiDecoder;

    [Fact]
    public void Boot_OpensTheWayOfEveryDevice()
    {
        CoreMachine machine = CoreMachine.Boot(Switched());

        Assert.All(machine.Core.Memdevs, m => Assert.True(machine.Core.BackInvalidates.IsEnabled(m.Function)));
        Assert.Equal([0, 1, 2], machine.Core.Memdevs.Select(m => machine.Core.CacheIds.IdOf(m.Function)!.Value).Order());
        Assert.DoesNotContain(machine.Core.Log, l => l.Contains("back-invalidate", StringComparison.Ordinal) || l.Contains("CXL.cache", StringComparison.Ordinal));
        Assert.Equal((2u, 1u), Decoder(machine, machine.Memdev("g0").Function.Parent!)); // BI Enable right above the device
        Assert.Equal((1u, 1u), Decoder(machine, machine.Memdev("g0").Function.Parent!.Parent!.Parent!)); // BI Forward above its switch
    }

    [Fact]
    public void Removal_OfADevice_TakesItsWayBackAndLeavesTheOthers()
    {
        CoreMachine machine = CoreMachine.Boot(Switched());
        CxlMemdev memdev = machine.Memdev("g0");
        PciDevice port = memdev.Function.Parent!;

        machine.Do(() => machine.Core.RemoveDevice(memdev));

        Assert.Equal((0u, 0u), (Decoder(machine, port).Mode, Decoder(machine, memdev.Function).Mode));
        Assert.Equal(1u, Decoder(machine, port.Parent!.Parent!).Mode);
        Assert.Null(machine.Core.CacheIds.IdOf(memdev.Function));
        Assert.Null(machine.Built.Endpoints["g0"].CacheId);
        Assert.NotNull(machine.Built.Endpoints["g1"].CacheId);
        machine.Do(() => machine.Core.AddDevice(memdev.Function.Bdf));
        Assert.Equal(2u, Decoder(machine, port).Mode);
        Assert.True(machine.Core.BackInvalidates.IsEnabled(machine.Memdev("g0").Function));
        Assert.NotNull(machine.Built.Endpoints["g0"].CacheId);
    }

    [Fact]
    public void Boot_OfMoreDevicesThanThereAreIds_SaysWhoGotNone()
    {
        CoreMachine machine = CoreMachine.Boot("""
            version: 1
            shape: {ports: 18, endpoint: {type: 2, memory: 256MiB}}
            """);

        Assert.Equal(18, machine.Core.Memdevs.Count(m => m.Enabled));
        Assert.Equal(16, machine.Core.Memdevs.Count(m => machine.Core.CacheIds.IdOf(m.Function) is not null));
        Assert.Equal(2, machine.Core.Log.Count(l => l.Contains("no CXL.cache", StringComparison.Ordinal) && l.Contains(nameof(Errno.ENOSPC), StringComparison.Ordinal)));
        CxlMemdev first = machine.Core.Memdevs.First(m => machine.Core.CacheIds.IdOf(m.Function) == 3);
        machine.Do(() => machine.Core.RemoveDevice(first));
        machine.Do(() => machine.Core.AddDevice(first.Function.Bdf));
        Assert.Equal(3, machine.Core.CacheIds.IdOf(machine.Core.FunctionAt(first.Function.Bdf)!));
    }

    [Fact]
    public void Removal_OfTheLastDevice_ClosesTheRootPort()
    {
        CoreMachine machine = CoreMachine.Boot(Switched());
        PciDevice root = machine.Memdev("g0").Function.Parent!.Parent!.Parent!;
        foreach (string name in (string[])["g0", "g1"])
            machine.Do(() => machine.Core.RemoveDevice(machine.Memdev(name)));

        Assert.Equal(0u, Decoder(machine, root).Mode);
    }

    [Fact]
    public void Region_OfADeviceWhoseSwitchNeverCommitsItsDecoders_IsETIMEDOUT()
    {
        CoreMachine machine = CoreMachine.Boot(Switched(", commit-time: never"));
        Assert.Contains(machine.Core.Log, l => l.Contains("no back-invalidate", StringComparison.Ordinal) && l.Contains(nameof(Errno.ETIMEDOUT), StringComparison.Ordinal));
        CxlEndpointDecoder decoder = CxlRegions.RequestMemory(machine.Memdev("g0"), isPersistent: false, ByteSize.MiB(256));

        Failing.With(machine, Errno.ETIMEDOUT, () => machine.Regions.CreateAcceleratorRegion(machine.Window(), [decoder]), "BI decoder");

        Assert.Empty(machine.Core.Regions);
        Assert.Equal(0u, machine.Register(decoder, 0x10) & 0x600);
    }

    [Fact]
    public void BusReset_OfADevice_IsRepairedWhenItsRegionIsCommittedAgain()
    {
        CoreMachine machine = CoreMachine.Boot(Switched());
        CxlEndpointDecoder decoder = CxlRegions.RequestMemory(machine.Memdev("g0"), isPersistent: false, ByteSize.MiB(256));
        CxlRegion region = machine.Do(() => machine.Regions.CreateAcceleratorRegion(machine.Window(), [decoder]));
        PciDevice device = machine.Memdev("g0").Function;
        machine.Do(() => machine.Regions.Decommit(region));
        machine.Do(() => new PciReset(machine.Core.Configuration, machine.Core.Mmio, machine.Core.Clock).Run(device, PciResetMethod.CxlBus, new NoClaims()));
        Assert.Equal((0u, 0u), Decoder(machine, device));

        machine.Do(() => machine.Regions.Commit(region));

        Assert.Equal((2u, 1u), Decoder(machine, device));
    }

    [Fact]
    public void HotReset_OfADevice_WritesItsBiDecoderBack()
    {
        CoreMachine machine = CoreMachine.Boot(Switched());
        PciDevice device = machine.Memdev("g0").Function;

        machine.Do(() => new PciHotReset(machine.Core.Configuration, machine.Core.Mmio, machine.Core.Clock).Run(device, PciResetMethod.CxlBus));

        Assert.Equal((2u, 1u), Decoder(machine, device));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("commit-time: 2ms, ")]
    public void Run_OfTwoBiasDevicesBehindOneSwitch_AccountsForEveryLine(string? slow)
    {
        ExperimentReport report = Run($$$"""
            version: 1
            profiles: {link: {rate: 64GT/s, width: x16, flit: 256B}}
            hosts:
              host0:
                memory: 1GiB
                cache: {size: 64KiB}
                windows: [{base: 0x10_0000_0000, size: 2GiB, targets: [hb0], allow: [type2, volatile]}]
                bridges: {hb0: {rp0: {switch: sw0, {{{slow}}}hdm-d: 2, ports: {dsp0: g0, dsp1: g1}}, rp1: }}
            endpoints:
              g0: &g {type: 2, memory: 1GiB, coherence: hdm-d, cache: {size: 32KiB}}
              g1: *g
            regions:
              r0: {window: 0, endpoints: [g0], size: 1GiB}
              r1: {window: 0, endpoints: [g1], size: 1GiB}
            workloads:
              host: {from: host0, to: {base: 0x10_0000_0000, size: 64KiB}, reads: 60%, outstanding: 8, count: 4_000, payloads: true}
              own0: {from: g0, to: {base: 0x10_0000_0000, size: 64KiB}, reads: 60%, outstanding: 8, count: 4_000, payloads: true}
              peer: {from: g1, to: {base: 0x10_0000_0000, size: 64KiB}, reads: 60%, outstanding: 8, count: 4_000, payloads: true}
              own1: {from: g1, to: {base: 0x10_4000_0000, size: 64KiB}, reads: 60%, outstanding: 8, count: 4_000, payloads: true}
            """);

        Assert.All(report.Sources, s => Assert.Equal((4_000, 0), (s.Reads + s.Writes, s.Errors.Count)));
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
    }

    private static ExperimentReport Run(string yaml)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "test.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        using Experiment experiment = Experiment.Prepare(read.Model!, new ExperimentOptions());
        Assert.Equal(RunOutcome.Idle, experiment.Run().Outcome);
        return Reports.Of(experiment);
    }

    /// <summary>What the BI decoder of a function is set to (1 forward, 2 enable), and whether it is committed.</summary>
    private static (uint Mode, uint Committed) Decoder(CoreMachine machine, PciDevice function) => machine.Do(async () =>
    {
        ComponentLocation at = await new ComponentLocator(machine.Core.Configuration, machine.Core.Mmio).Locate(function);
        ulong decoder = at.AddressOf(BiDecoder);
        return ((uint)await machine.Core.Mmio.ReadMmio(decoder + 4) & 3, (uint)await machine.Core.Mmio.ReadMmio(decoder + 8) & 1);
    });

    private static string Switched(string more = "") => $$$"""
        version: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}]
            bridges: {hb0: {rp0: {switch: sw0{{{more}}}, ports: {dsp0: g0, dsp1: g1}}, rp1: g2}}
        endpoints:
          g0: &g {type: 2, memory: 1GiB, coherence: hdm-db}
          g1: *g
          g2: *g
        """;

    private sealed class NoClaims : IMemoryClaims
    {
        public bool TryClaim(ulong first, ulong bytes) => true;

        public void Release(ulong first, ulong bytes)
        {
        }

        public Task<bool> FlushCaches(ulong first, ulong bytes) => Task.FromResult(true);
    }
}
