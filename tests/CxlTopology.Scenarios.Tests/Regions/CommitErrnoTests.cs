using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>One test a row of the error numbers of commit, decommit and the region's driver.</summary>
public sealed class CommitErrnoTests
{
    [Fact]
    public void Commit_BeforeAllTargetsAreThere_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Sized(2, 1024, "512MiB");
        machine.Regions.Attach(region, 0, machine.WithMemory("m0"));

        Failing.With(machine, Errno.ENXIO, () => machine.Regions.Commit(region), "region0", "1 of 2 targets");
    }

    [Fact]
    public void Commit_Twice_ChangesNothing()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");

        machine.Do(() => machine.Regions.Commit(region));

        Assert.Equal(CxlRegionState.Commit, region.State);
    }

    [Fact]
    public void Commit_WithoutAWayToFlushCaches_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge());
        CxlCore first = machine.Core;
        var core = new CxlCore(first.Configuration, first.Mmio, first.Memory, first.Clock, first.Platform with { InvalidatesCaches = false });
        var regions = new CxlRegions(core);
        foreach (CxlMemdev memdev in first.Memdevs.ToArray())
            machine.Do(() => first.RemoveDevice(memdev)); // one core lets go of the devices before another takes them
        machine.Do(() => core.Probe());
        CxlRegion region = regions.Create((CxlRootDecoder)core.Root!.Decoders[0], isPersistent: false);
        regions.SetWays(region, 1);
        regions.SetGranularity(region, 256);
        regions.SetSize(region, ByteSize.MiB(256));
        var decoder = (CxlEndpointDecoder)core.Memdevs[0].Endpoint!.Decoders[0];
        DeviceMemory.SetMode(decoder, isPersistent: false);
        DeviceMemory.SetSize(decoder, ByteSize.MiB(256));
        regions.Attach(region, 0, decoder);

        Failing.With(machine, Errno.ENXIO, () => regions.Commit(region), "region0", "CPU caches", "256MiB at 0x1000000000");
    }

    [Fact]
    public void Commit_OfADecoderOutOfOrder_IsEBUSY()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge());
        machine.WithMemory("m0");
        CxlEndpointDecoder second = machine.WithMemory("m0", instance: 1);
        CxlRegion region = machine.Sized();
        machine.Regions.Attach(region, 0, second);

        Failing.With(machine, Errno.EBUSY, () => machine.Regions.Commit(region), second.Name, "out of order", machine.Decoder("m0").Name);
        Assert.Equal(CxlRegionState.Active, region.State);
    }

    [Fact]
    public void Commit_WhileADeviceIsSanitized_IsEBUSY()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Attached("512MiB", 1024, "m0", "m2");
        machine.Memdev("m2").SanitizeActive = true;

        Failing.With(machine, Errno.EBUSY, () => machine.Regions.Commit(region), machine.Decoder("m2").Name, "sanitized");
        Assert.All(machine.Core.Ports, p => Assert.Equal(-1, p.CommitEnd));
    }

    [Fact]
    public void Commit_ThatNeverEnds_IsETIMEDOUT()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(endpoint: "commit-time: never"));
        CxlRegion region = machine.Attached("256MiB", 256, "m0");

        Failing.With(machine, Errno.ETIMEDOUT, () => machine.Regions.Commit(region), machine.Decoder("m0").Name, "20 ms", "0x00001200");
    }

    [Fact]
    public void Commit_AfterOneThatCameTooLate_ProgramsWhatIsAskedForNow()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(endpoint: "commit-time: 25ms", bridge: "decoders: 1"));
        CxlRegion first = machine.Attached("256MiB", 256, "m0");
        Failing.With(machine, Errno.ETIMEDOUT, () => machine.Regions.Commit(first), machine.Decoder("m0").Name);
        machine.Do(() => machine.Core.Clock.Wait(CxlTopology.Simulation.SimDuration.FromMilliseconds(10)));
        Assert.Equal(0x1600u, machine.Register(machine.Decoder("m0"), 0x10)); // it came about all the same

        machine.Do(() => machine.Regions.Delete(first));
        DeviceMemory.SetSize(machine.Decoder("m0"), default);
        CxlRegion second = machine.Attached("512MiB", 256, "m0");
        Failing.With(machine, Errno.ETIMEDOUT, () => machine.Regions.Commit(second), machine.Decoder("m0").Name);

        Assert.Equal(0x2000_0000u, machine.Register(machine.Decoder("m0"), 0x08));
        Assert.Contains(machine.Core.Log, l => l.Contains("given up on", StringComparison.Ordinal));
    }

    [Fact]
    public void Commit_ThatEndsAfterElevenMilliseconds_IsWaitedFor()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(endpoint: "commit-time: 11ms"));

        Assert.Equal(CxlRegionState.Commit, machine.Committed("256MiB", 256, "m0").State);
    }

    [Fact]
    public void Commit_ThatThePortDoesNotEnd_TakesTheEndpointBack()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(bridge: "commit-time: never"));
        CxlRegion region = machine.Attached("256MiB", 256, "m0");

        Failing.With(machine, Errno.ETIMEDOUT, () => machine.Regions.Commit(region), machine.Bridge().Decoders[0].Name);
        Assert.False(machine.Decoder("m0").Enabled);
        Assert.Equal(0x1000u, machine.Register(machine.Decoder("m0"), 0x10));
        Assert.Equal(0u, machine.Register(machine.Decoder("m0"), 0x08));
    }

    [Fact]
    public void Commit_ThatTheHardwareRefuses_IsEIO()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge());
        CxlPort bridge = machine.Bridge();
        // Somebody has left the second decoder committed over what the first is to have.
        machine.Do(async () =>
        {
            await Raw(machine, bridge, 0, 0x10, 0x1000_0000);
            await Raw(machine, bridge, 1, 0x10, 0x3000_0000);
            await machine.Core.Mmio.WriteMmio(bridge.HdmDecoders + 0x20, 0x1000);
        });
        CxlRegion region = machine.Attached("1GiB", 256, "m0");

        Failing.With(machine, Errno.EIO, () => machine.Regions.Commit(region), bridge.Decoders[0].Name, "Error Not Committed", "0x1000000000", "1GiB");
        Assert.Equal((CxlRegionState.Active, false), (region.State, machine.Decoder("m0").Enabled));
        Assert.Equal(0u, machine.Register(bridge.Decoders[0], 0x10) & 0x600);
    }

    [Fact]
    public void Commit_OfTheSecondTargetThatFails_TakesTheFirstBack()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges.Replace("m3: *m", "m3: {type: 3, memory: 1GiB, commit-time: never}", StringComparison.Ordinal));
        CxlRegion region = machine.Attached("512MiB", 1024, "m0", "m3");

        Failing.With(machine, Errno.ETIMEDOUT, () => machine.Regions.Commit(region), machine.Decoder("m3").Name);
        Assert.All(machine.Core.Ports, p => Assert.Equal(-1, p.CommitEnd));
        Assert.All(machine.Core.Ports.SelectMany(p => p.Decoders), d => Assert.False(d.Enabled));
    }

    [Fact]
    public void Decommit_OfALockedWindow_IsEPERM()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(window: "allow: [type3, volatile, fixed]"));
        CxlRegion region = machine.Committed("256MiB", 256, "m0");

        Failing.With(machine, Errno.EPERM, () => machine.Regions.Decommit(region), "region0", "locked");
        Assert.Equal(CxlRegionState.Commit, region.State);
    }

    [Fact]
    public void Decommit_OfALockedDecoder_IsEPERM()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.OneWay(lockEndpoint: ", lock: true"));
        CxlRegion region = Assert.Single(machine.Core.Regions);

        Failing.With(machine, Errno.EPERM, () => machine.Regions.Decommit(region), "region0", "locked");
    }

    [Fact]
    public void Delete_OfALockedRegion_LeavesItsDecodersCommitted()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.OneWay(lockEndpoint: ", lock: true"));

        machine.Do(() => machine.Regions.Delete(machine.Core.Regions[0]));

        Assert.Equal(0x1700u, machine.Register(machine.Decoder("m0"), 0x10));
        Assert.Equal(0x400u, machine.Register(machine.Bridge().Decoders[0], 0x10) & 0x400);
    }

    [Fact]
    public void Decommit_OfARegionThatIsNotCommitted_ChangesNothing()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Attached("512MiB", 1024, "m0", "m2");

        machine.Do(() => machine.Regions.Decommit(region));

        Assert.Equal(CxlRegionState.Active, region.State);
    }

    [Fact]
    public void Decommit_ThenCommit_Works()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");
        Dictionary<(string Port, int Offset), uint> before = machine.Registers();

        machine.Do(() => machine.Regions.Decommit(region));
        Assert.Equal((CxlRegionState.Active, 0u), (region.State, machine.Register(machine.Decoder("m0"), 0x08)));
        machine.Do(() => machine.Regions.Commit(region));

        Assert.Equal(before, machine.Registers());
    }

    [Fact]
    public void Detach_OfACommittedRegion_ResetsAllOfIt()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");
        machine.Regions.Enable(region);

        machine.Do(() => machine.Regions.Detach(region, 1));

        Assert.Equal((CxlRegionState.InterleaveActive, 1, false), (region.State, region.TargetCount, region.Enabled));
        Assert.Equal((new Hpa(0x10_0000_0000), 2, 1024), (region.Base, region.Ways, region.Granularity));
        Assert.All(machine.Core.Ports, p => Assert.Equal(-1, p.CommitEnd));
    }

    [Fact]
    public void Enable_BeforeTheCommit_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Attached("512MiB", 1024, "m0", "m2");

        Failing.With(Errno.ENXIO, () => machine.Regions.Enable(region), "region0", "Active", "committed");
    }

    [Fact]
    public void Destroy_OfAnEnabledRegion_IsEBUSY()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");
        machine.Regions.Enable(region);

        Failing.With(machine, Errno.EBUSY, () => machine.Commands.Destroy(region), "region0", "active");
    }

    /// <summary>Commits a decoder of the host bridge without the core's knowledge.</summary>
    private static async Task Raw(CoreMachine machine, CxlPort port, int decoder, uint high, uint low)
    {
        ulong at = port.HdmDecoders + (ulong)HdmCapabilityRegisters.DecoderOffset(decoder);
        await machine.Core.Mmio.WriteMmio(at + 4, high);
        await machine.Core.Mmio.WriteMmio(at, low);
        await machine.Core.Mmio.WriteMmio(at + 0xC, 0);
        await machine.Core.Mmio.WriteMmio(at + 8, 0x1000_0000);
        await machine.Core.Mmio.WriteMmio(at + 0x10, 0x1200);
        Assert.Equal(0x1600ul, await machine.Core.Mmio.ReadMmio(at + 0x10));
    }
}
