using CxlTopology.Scenarios.Tests.Regions;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Enumeration;

/// <summary>Memory devices of both types on the real fabric: what the core learns of them, and what becomes of those that are not ready.</summary>
public sealed class MemdevTests
{
    [Fact]
    public void Probe_OfAnExpander_LearnsItsPartitionsFromTheMailbox()
    {
        CxlMemdev memdev = Boot("{type: 3, memory: 2GiB, persistent: 1GiB, serial: 0x1234}").Memdev("dev");

        Assert.Equal((false, true, 0x1234UL), (memdev.IsAccelerator, memdev.MediaReady, memdev.Serial));
        Assert.Equal([(false, 0UL, ByteSize.GiB(2)), (true, 2UL << 30, ByteSize.GiB(1))], memdev.Partitions.Select(p => (p.IsPersistent, p.Base.Value, p.Size)));
        Assert.Equal((ByteSize.GiB(3), ByteSize.GiB(3)), (memdev.Capacity, memdev.Identity!.TotalCapacity));
        Assert.NotNull(memdev.Mailbox);
        Assert.Contains(memdev.Location.Capabilities, c => c.Id == 2); // RAS
    }

    [Fact]
    public void Probe_OfAnAccelerator_NeedsNoMailbox()
    {
        CoreMachine machine = Boot("{type: 2, memory: 1GiB}");
        CxlMemdev memdev = machine.Memdev("dev");

        Assert.Equal((true, true, true), (memdev.IsAccelerator, memdev.MediaReady, memdev.Enabled));
        Assert.Null(memdev.Mailbox);
        Assert.Equal([(false, ByteSize.GiB(1))], memdev.Partitions.Select(p => (p.IsPersistent, p.Size)));
        Assert.All(memdev.Endpoint!.Decoders, d => Assert.Equal(TargetRangeType.DeviceCoherent, d.TargetType));
        Failing.With(machine, Errno.EOPNOTSUPP, () => CxlCore.Command(memdev, MailboxOpcode.GetPoisonList), "mem0 has no mailbox");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Probe_OfSlowMedia_WaitsForThem(int type)
    {
        CoreMachine machine = Boot($"{{type: {type}, memory: 1GiB, media-ready: 5s}}");

        Assert.True(machine.Memdev("dev").Enabled);
        Assert.InRange(machine.Built.Programs["host0"].Finished.Femtoseconds, SimDuration.FromSeconds(4).Femtoseconds, SimDuration.FromSeconds(7).Femtoseconds);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Probe_OfMediaThatAreNeverReady_LeavesADisabledDevice(int type)
    {
        CoreMachine machine = Boot($"{{type: {type}, memory: 1GiB, media-ready: never}}");
        CxlMemdev memdev = machine.Memdev("dev");

        Assert.Equal((false, false), (memdev.MediaReady, memdev.Enabled));
        Assert.Empty(memdev.Partitions);
        Assert.Contains(machine.Core.Log, line => line.Contains("ETIMEDOUT", StringComparison.Ordinal));
        Assert.Contains(machine.Core.Log, line => line.Contains("mem0: probe failed", StringComparison.Ordinal) && line.Contains("EBUSY", StringComparison.Ordinal));
        Assert.DoesNotContain(machine.Core.Ports, p => p.Kind == CxlPortKind.Endpoint);
        CoreState.Check(machine.Core, "never ready");
        machine.Do(() => machine.Core.RemoveDevice(memdev));
        Assert.Empty(machine.Core.Memdevs);
    }

    [Fact]
    public void Boot_WithMediaThatAreNeverReady_MakesTheOtherRegions()
    {
        CoreMachine machine = CoreMachine.Boot("""
            version: 1
            hosts:
              host0:
                windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}]
                bridges: {hb0: {passthrough: false, ports: {rp0: bad, rp1: good}}}
            endpoints:
              bad: {type: 3, memory: 1GiB, media-ready: never}
              good: {type: 3, memory: 1GiB}
            regions:
              region0: {endpoints: [bad], size: 1GiB}
              region1: {endpoints: [good], size: 1GiB}
            """, hasProblems: true);
        HostProgram program = machine.Built.Programs["host0"];

        Assert.Equal("region1", Assert.Single(program.NamedRegions).Key);
        Assert.StartsWith("region0: ENXIO", Assert.Single(program.BootProblems), StringComparison.Ordinal);
    }

    private static CoreMachine Boot(string endpoint) => CoreMachine.Boot($$$"""
        version: 1
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}]
            bridges: {hb0: {rp0: dev}}
        endpoints:
          dev: {{{endpoint}}}
        """);
}
