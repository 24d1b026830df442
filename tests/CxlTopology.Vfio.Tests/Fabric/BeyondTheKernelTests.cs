using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>What the kernel's series does not do: several decoders, interleaved regions, several guests of which one has its device reset or taken away.</summary>
public sealed class BeyondTheKernelTests
{
    private const string Window = "allow: [type2, volatile, back-invalidate]";

    /// <summary>A guest commits every decoder that its device has, each for a part of its memory, behind three levels of switches.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(10)]
    public void Decoders_AllOfADevice_AreTheGuestsToCommit(int decoders)
    {
        RealMachine machine = RealMachine.Boot($$"""
            version: 1
            profiles: {link: {rate: 64GT/s, width: x8, flit: 256B} }
            hosts:
              host0:
                memory: 2GiB
                windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], {{Window}} }]
                bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: {switch: sw1, ports: {dsp0: {switch: sw2, ports: {dsp0: g0} } } } } } } }
            endpoints: {g0: {type: 2, memory: {{256 * decoders}}MiB, coherence: hdm-db, decoders: {{decoders}}} }
            """);
        VfioPciDevice device = machine.Bind("g0", options: new VfioDeviceOptions { Scrub = VfioScrub.None });
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            var regions = new List<CxlRegion>();
            for (int i = 0; i < decoders; i++)
                regions.Add(await guest.LoadDriver(guest.Machine.Devices[0], ByteSize.MiB(256)));
            Assert.Equal(Enumerable.Range(0, decoders), guest.Machine.Devices[0].Committed);
            for (int i = 0; i < decoders; i++)
                Assert.Equal(AccessStatus.Ok, await guest.Machine.WriteMemory(regions[i].Base.Value + 0xFFF_FFC0, BitConverter.GetBytes((ulong)i + 1)));
            var into = new byte[8];
            for (int i = 0; i < decoders; i++)
            {
                ulong host = guest.Machine.Explain(regions[i].Base.Value)!.Value.HostAddress;
                Assert.Equal(0x10_0000_0000ul + ((ulong)i << 28), host);
                await machine.Core.Memory.ReadMemory(host + 0xFFF_FFC0, into);
                Assert.Equal((ulong)i + 1, BitConverter.ToUInt64(into));
            }

            await Assert.ThrowsAsync<ErrnoException>(() => guest.LoadDriver(guest.Machine.Devices[0], ByteSize.MiB(256)));
            for (int i = decoders - 1; i >= 0; i--)
                await guest.UnloadDriver(regions[i]);
            Assert.Empty(guest.Machine.Devices[0].Committed);
            Assert.Single(machine.Core.Regions); // the host's own is as it was
        });
    }

    /// <summary>An interleaved region is one device to the guest; every line goes where the host's decoders send it.</summary>
    [Theory]
    [InlineData(2, "")]
    [InlineData(3, "")]
    [InlineData(4, "")]
    [InlineData(4, ", arithmetic: xor, xormaps: [0x404100, 0x808200]")]
    public void Region_InterleavedOverHostBridges_IsOneDeviceToTheGuest(int ways, string arithmetic)
    {
        string Each(Func<int, string> text) => string.Join(", ", Enumerable.Range(0, ways).Select(text));
        ExperimentReport report = Run($$"""
            version: 1
            profiles: {link: {rate: 64GT/s, width: x8, flit: 256B} }
            hosts:
              host0:
                memory: 2GiB
                windows: [{base: 0x40_0000_0000, size: {{ways}}GiB, targets: [{{Each(i => $"hb{i}")}}], granularity: 256B{{arithmetic}}, {{Window}} }]
                bridges: {{{Each(i => $"hb{i}: {{rp0: g{i}}}")}}}
            endpoints: {{{Each(i => $"g{i}: {{type: 2, memory: 1GiB, coherence: hdm-db, interleave: {{3-6-12: true}}}}")}}}
            guests: {vm: {devices: [[{{Each(i => $"g{i}")}}]], scrub: none} }
            workloads: {load: {from: vm, to: region0, pattern: sequential, reads: 0%, outstanding: 8, count: {{ways * 64}}} }
            expect: [every transaction completes once, vm.errors == 0]
            """);
        Assert.Equal($"{ways}GiB", new ByteSize(report.Guests[0].Regions[0].Size).ToString());
        Assert.All(report.Expectations, e => Assert.True(e.Passed, e.Text));
        Assert.All(report.Links, l => Assert.InRange(l.DownGigabytesPerSecond, report.Links.Max(m => m.DownGigabytesPerSecond) * 0.99, double.MaxValue)); // each its share
    }

    /// <summary>What the last user of an interleaved region has left is cleared on every device of it, and a reset of the whole is a reset of each.</summary>
    [Theory]
    [InlineData(VfioScrub.Reset)]
    [InlineData(VfioScrub.Automatic)]
    [InlineData(VfioScrub.Pages)]
    public void Region_InterleavedOverTwoDevices_IsClearedAndResetAsAWhole(VfioScrub scrub)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0", options: new VfioDeviceOptions { Scrub = scrub, InterleaveWith = [machine.Function("g1")] });
        machine.Do(async () =>
        {
            Guest first = await machine.BootGuest("first", device);
            CxlRegion region = await first.LoadDriver(first.Machine.Devices[0]);
            for (ulong at = 0; at < 4096; at += 512)
                Assert.Equal(AccessStatus.Ok, await first.Machine.WriteMemory(region.Base.Value + at, BitConverter.GetBytes(at + 1)));
            await first.Machine.End();
            Guest second = await machine.BootGuest("second", device);
            region = await second.LoadDriver(second.Machine.Devices[0]);
            var into = new byte[8];
            for (ulong at = 0; at < 4096; at += 512)
            {
                Assert.Equal(AccessStatus.Ok, await second.Machine.ReadMemory(region.Base.Value + at, into));
                Assert.Equal(0ul, BitConverter.ToUInt64(into));
            }

            PciDevice function = second.FunctionOf(second.Machine.Devices[0])!;
            (int dvsec, _) = await CxlRegisterInfo.FindDvsec(second.Machine, function, 0);
            SimTime start = machine.Hardware.Clock.Now;
            await second.Machine.WriteConfig(function.Bdf, dvsec + 0x10, 4, 2);
            Assert.True((machine.Hardware.Clock.Now - start).TotalNanoseconds >= 200e6, "two resets of 100 ms, one after the other");
            foreach (string endpoint in (string[])["g0", "g1"])
                Assert.Equal(0x600u, await machine.Decoder(machine.Memdev(endpoint).Endpoint!, 0x10) & 0x600);
        });
    }

    /// <summary>What firmware has interleaved goes to one guest, with every device of it; a part of it to nobody.</summary>
    [Fact]
    public void Region_ThatFirmwareInterleaved_IsPassedAsAWholeOrNotAtAll()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators("""
            firmware:
              - {component: hb1, decoder: 0, base: 0x20_0000_0000, size: 2GiB, targets: [0], type: device}
              - {component: g0, decoder: 0, base: 0x20_0000_0000, size: 2GiB, ways: 2, granularity: 512B, type: device}
              - {component: g1, decoder: 0, base: 0x20_0000_0000, size: 2GiB, ways: 2, granularity: 512B, type: device}
              - {component: g0, dvsec-control: 7}
              - {component: g1, dvsec-control: 7}
              - {component: g0, offset: 4, value: 2}
              - {component: g1, offset: 4, value: 2}
            """));
        Assert.Equal(2, Assert.Single(machine.Core.Regions).Ways);
        var options = new VfioDeviceOptions { Scrub = VfioScrub.None };
        VfioPciDevice part = machine.Bind("g1", options: options);
        VfioPciDevice whole = machine.Bind("g0", options: options with { InterleaveWith = [machine.Function("g1")] });
        machine.Do(async () =>
        {
            await Machines.User.Fails(Errno.EBUSY, () => machine.BootGuest("part", part));
            Guest guest = await machine.BootGuest("whole", whole);
            await Machines.User.Fails(Errno.EBUSY, () => machine.BootGuest("part", part));
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            Assert.Equal(ByteSize.GiB(2), region.Size);
            for (ulong at = 0; at < 4096; at += 512)
                Assert.Equal(AccessStatus.Ok, await guest.Machine.WriteMemory(region.Base.Value + at, BitConverter.GetBytes(at + 1)));
            var into = new byte[8];
            await machine.Core.Memory.ReadMemory(0x20_0000_0200, into);
            Assert.Equal(0x201ul, BitConverter.ToUInt64(into));
            await guest.Machine.End();
            Assert.Single(machine.Core.Regions); // firmware's stays
            Assert.Equal(0x600u, await machine.Decoder(machine.Memdev("g1").Endpoint!, 0x10) & 0x600);
        });
    }

    /// <summary>The device of one guest is reset, or leaves, while both run: the other one's accesses take as long as without, and read what they should.</summary>
    [Theory]
    [InlineData("reset")]
    [InlineData("removed")]
    [InlineData("killed")]
    [InlineData("link-down")]
    public void Guests_OneLosesItsDevice_TheOtherDoesNotNotice(string how)
    {
        SourceReport undisturbed = Disturb(how: null, out _)[1];
        SourceReport[] sources = Disturb(how, out IReadOnlyList<GuestReport> guests);
        Assert.Equal(undisturbed, sources[1] with { Errors = undisturbed.Errors });
        Assert.Empty(sources[1].Errors);
        Assert.True(sources[0].Issued == sources[0].Reads + sources[0].Writes, "nothing hangs");
        Assert.NotEmpty(sources[0].Errors); // the guest has not programmed its decoders again
        Assert.All(guests, g => Assert.Null(g.Problem));
    }

    private static SourceReport[] Disturb(string? how, out IReadOnlyList<GuestReport> guests)
    {
        using Experiment experiment = Prepare($$"""
            version: 1
            profiles: {link: {rate: 64GT/s, width: x8, flit: 256B} }
            hosts:
              host0:
                memory: 2GiB
                windows:
                  - {base: 0x20_0000_0000, size: 1GiB, targets: [hb0], {{Window}} }
                  - {base: 0x30_0000_0000, size: 1GiB, targets: [hb1], {{Window}} }
                bridges: {hb0: {rp0: g0}, hb1: {rp0: g1} }
            endpoints:
              g0: &g {type: 2, memory: 1GiB, coherence: hdm-db, cxl: {write-back: true, reset: true, reset-timeout: 100ms} }
              g1: *g
            guests: {vm0: {devices: [g0], scrub: none}, vm1: {devices: [g1], scrub: none} }
            workloads:
              one: {from: vm0, to: region0, reads: 50%, outstanding: 2, think: 20us, count: 20_000}
              two: {from: vm1, to: region0, reads: 50%, outstanding: 2, think: 20us, count: 20_000}
            """);
        HostProgram program = experiment.Built.Programs["host0"];
        SimTime boot = SimTime.Zero;
        while (experiment.Requesters[0].Requester.Statistics.Completed < 1_000)
            experiment.Built.Simulation.Run(boot += SimDuration.FromMilliseconds(5));
        VirtualMachine machine = experiment.Guests.First().Guest!.Machine;
        if (how == "link-down")
        {
            foreach (CxlTopology.Fabric.LinkedActor end in experiment.Built.Links.Where(l => l.Lower == experiment.Built.Endpoints["g0"]).SelectMany(l => new[] { l.Upper, l.Lower }))
                experiment.Built.Simulation.Post(end, new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 }, experiment.Built.Simulation.Progress + SimDuration.FromMicroseconds(7));
        }
        else if (how is not null)
        {
            program.Post(
                experiment.Built.Simulation,
                async _ =>
                {
                    if (how == "reset")
                        await machine.WriteConfig(FunctionOf(experiment).Bdf, DvsecOf(experiment) + 0x10, 4, 2);
                    else if (how == "removed")
                        experiment.Guests.First().Guest!.Machine.Devices[0].Device.Host.Remove(machine.Devices[0].Device);
                    else
                        await machine.End();
                },
                experiment.Built.Simulation.Progress + SimDuration.FromMicroseconds(7));
        }

        Assert.Empty(experiment.Run().Failures);
        ExperimentReport report = Reports.Of(experiment);
        Assert.All(report.Checkers.Where(c => c.Name != "data read is data last written" || how != "reset"), c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
        guests = report.Guests;
        return [.. report.Sources];
    }

    private static PciDevice FunctionOf(Experiment experiment)
    {
        Guest guest = experiment.Guests.First().Guest!;
        return guest.FunctionOf(guest.Machine.Devices[0])!;
    }

    private static int DvsecOf(Experiment experiment)
    {
        VfioCxlCore cxl = experiment.Guests.First().Guest!.Machine.Devices[0].Device.Cxl!;
        return cxl.Registers.Dvsec;
    }

    private static Experiment Prepare(string yaml)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "guests.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        return Experiment.Prepare(read.Model!, new ExperimentOptions());
    }

    private static ExperimentReport Run(string yaml)
    {
        using Experiment experiment = Prepare(yaml);
        Assert.Empty(experiment.Run().Failures);
        ExperimentReport report = Reports.Of(experiment);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
        Assert.All(report.Guests, g => Assert.Null(g.Problem));
        return report;
    }
}
