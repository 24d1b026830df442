using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using static CxlTopology.Vfio.Tests.Fabric.EngineFiles;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>Engines of accelerators that guests have: started by a driver in the guest, at work on the device's memory and on the guest's, heard of by interrupt.</summary>
public sealed class GuestEngineTests
{
    [Theory]
    [InlineData("vm.memory", "hdm-db")]
    [InlineData("vm.memory", "hdm-d")]
    [InlineData("region0", "hdm-db")]
    [InlineData("g0", "hdm-d")]
    public void Job_OfAnEngine_IsDoneAndToldOfByOneInterrupt(string to, string coherence)
    {
        using Experiment experiment = Prepare(File(OneGuest + $"workloads: {{load: {{from: g0, to: {to}, reads: 50%, outstanding: 8, count: 1000}}}}\nexpect: [g0.errors == 0, every transaction completes once]", coherence: coherence));
        ExperimentReport report = Finish(experiment);
        GuestReport guest = report.Guests[0];
        Assert.Equal(new GuestJobReport("load", "g0", "done", 1000, 0, 1, null), Assert.Single(guest.Jobs!));
        Assert.Equal((1L, 0L, 0L), (guest.Traffic.Interrupts, guest.Traffic.Dropped, guest.Traffic.Spurious));
        Assert.Equal(to == "vm.memory" ? 1000 : 0, guest.Traffic.Reads + guest.Traffic.Writes);
        Assert.Equal(("g0", 1000L), (report.Sources[0].Host, report.Sources[0].Reads + report.Sources[0].Writes));
        Assert.All(report.Expectations, e => Assert.True(e.Passed, $"{e.Text}: {e.Measured}"));
    }

    [Fact]
    public void Jobs_BesideWorkloadsOfTheGuest_OnTheSameLines_KeepEveryCheckerQuiet()
    {
        using Experiment experiment = Prepare(File("""
            guests:
              vm0: {devices: [g0], memory: 64MiB}
              vm1: {devices: [g1, g2], memory: 64MiB, guests: {in: {devices: [g2], memory: 16MiB} } }
            workloads:
              a: {from: vm0, to: {memory: true, base: 1MiB, size: 4KiB}, reads: 50%, outstanding: 8, count: 2000}
              b: {from: g0, to: {memory: true, base: 1MiB, size: 4KiB}, reads: 50%, outstanding: 8, count: 2000}
              c: {from: g0, to: {memory: true, base: 1MiB, size: 4KiB}, reads: 50%, outstanding: 4, size: 8B, count: 2000}
              d: {from: vm1, to: g1, pattern: hot-spot, reads: 50%, outstanding: 8, count: 2000}
              e: {from: g1, to: g1, pattern: hot-spot, reads: 50%, outstanding: 8, count: 2000}
              f: {from: in, to: {memory: true, base: 0, size: 4KiB}, reads: 50%, outstanding: 8, count: 2000}
              h: {from: g2, to: {memory: true, base: 0, size: 4KiB}, reads: 50%, size: 256B, outstanding: 8, count: 500}
              i: {from: g2, to: region0, reads: 50%, size: 4KiB, burst: true, outstanding: 2, count: 50}
            """, host: "cache: {size: 64KiB}"));
        ExperimentReport report = Finish(experiment);
        Assert.All(report.Sources, s => Assert.Empty(s.Errors));
        Assert.Equal(["done", "done", "done", "done", "done"], report.Guests.SelectMany(g => g.Jobs ?? []).Select(j => j.State));
        Assert.True(report.Checkers.Single(c => c.Name == "a read returns the last write in coherence order").Checked > 5000);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)] // a guest's guest: both tables
    public void Request_ThatIsWalked_CostsTheWalks(int walks, bool nested)
    {
        double Mean(int walk) => Finish(Prepare(File(
            $"guests: {{vm: {{devices: [g0], memory: 64MiB, scrub: none{(nested ? ", guests: {in: {devices: [g0], memory: 16MiB, scrub: none}}" : "")}}}}}\n"
            + $"workloads: {{load: {{from: g0, to: {{memory: true, base: 0, size: 8MiB}}, pattern: stride, stride: 4KiB, outstanding: 1, count: 1000, verify: false}}}}",
            host: $"iommu: {{walk: {walk}ns, entries: 1}}"))).Sources[0].ReadLatencyNs.Mean;
        Assert.Equal(walks * 500.0, Mean(500) - Mean(0), 3);
    }

    [Fact]
    public void Request_OfAPageThatIsInTheBuffer_IsNotWalked()
    {
        ExperimentReport report = Finish(Prepare(File(OneGuest + "workloads: {load: {from: g0, to: {memory: true, base: 0, size: 64KiB}, pattern: sequential, outstanding: 4, count: 4096}}")));
        Assert.Equal(16, report.Guests[0].Traffic.Walks);
    }

    [Fact]
    public void Request_ToWhereNothingIsMapped_IsRefused_Recorded_AndReachesNoMemory()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: {base: 0x10_0000_0000, size: 1MiB}, reads: 50%, outstanding: 4, count: 100}}"));
        ExperimentReport report = Finish(experiment);
        Assert.Equal(100, report.Sources[0].Errors["TranslationFault"]);
        Assert.Equal(("failed", 100L, 100L), (report.Guests[0].Jobs![0].State, report.Guests[0].Jobs![0].Lines, report.Guests[0].Jobs![0].Failed));
        Assert.Equal((0L, 0L, 100L), (report.Guests[0].Traffic.Reads, report.Guests[0].Traffic.Writes, report.Guests[0].Traffic.Faults));
        Iommu iommu = experiment.Built.Hosts["host0"].Iommu!;
        Assert.Equal(64, iommu.Faults.Count);
        Assert.All(iommu.Faults, f => Assert.True(f.HasSpace && f.Iova - 0x10_0000_0000 < 0x10_0000 && iommu.Counters.ContainsKey(f.Requester)));
        Assert.Equal(100, report.Unclaimed.Single(u => u.Reason == "TranslationFault").Count);
    }

    [Fact]
    public void Memory_ThatIsUnmappedUnderWay_IsReachedNoMore()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: vm.memory, reads: 50%, outstanding: 64, count: 20_000, start: 15ms}}"));
        (long Then, int UnderWay) at = default;
        During(experiment, async guest =>
        {
            var unmap = new byte[24];
            BitConverter.TryWriteBytes(unmap.AsSpan(0), unmap.Length);
            BitConverter.TryWriteBytes(unmap.AsSpan(4), 1); // the address space
            BitConverter.TryWriteBytes(unmap.AsSpan(16), ulong.MaxValue);
            await guest.Machine.Process.Ioctl(3, VfioRequest.IommuIoasUnmap, unmap);
            Iommu iommu = experiment.Built.Hosts["host0"].Iommu!;
            at = (iommu.Counters.Values.Sum(c => c.Reads + c.Writes), iommu.UnderWay);
        });
        ExperimentReport report = Finish(experiment);
        Assert.InRange(at.Then, 100, 19_900);
        Assert.Equal(0, at.UnderWay);
        Assert.Equal(at.Then, report.Guests[0].Traffic.Reads + report.Guests[0].Traffic.Writes);
        Assert.Equal(20_000 - at.Then, report.Sources[0].Errors["TranslationFault"]);
    }

    [Fact]
    public void Device_ThatIsNotBusMaster_AsksForNothing()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: vm.memory, reads: 50%, outstanding: 8, count: 20_000, start: 15ms}}"));
        During(experiment, guest => guest.Machine.WriteConfig(guest.FunctionOf(guest.Machine.Devices[0])!.Bdf, 4, 2, 2));
        ExperimentReport report = Finish(experiment);
        long refused = report.Sources[0].Errors["BusMasterDisabled"];
        Assert.InRange(refused, 1000, 19_900);
        Assert.Equal(20_000, refused + report.Guests[0].Traffic.Reads + report.Guests[0].Traffic.Writes);
        Assert.Equal("not heard of", report.Guests[0].Jobs![0].State); // its interrupt is a request as well
    }

    [Fact]
    public void Device_ThatIsResetAtWork_StopsWithoutAnInterrupt_AndCanBeAskedAgain()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {one: {from: g0, to: vm.memory, reads: 50%, outstanding: 8, count: 20_000, start: 15ms}, two: {from: g0, to: vm.memory, outstanding: 8, count: 1000, start: 300ms}}"));
        During(experiment, guest => guest.Machine.Devices[0].Reset());
        ExperimentReport report = Finish(experiment);
        Assert.InRange(report.Sources[0].Errors["EngineReset"], 1000, 19_900);
        Assert.Equal(20_000, report.Sources[0].Reads + report.Sources[0].Writes);
        Assert.Equal("not heard of", report.Guests[0].Jobs![0].State);
        Assert.Equal(0, experiment.Built.Hosts["host0"].Iommu!.UnderWay);
        Assert.Equal(new GuestJobReport("two", "g0", "done", 1000, 0, 1, null), report.Guests[0].Jobs![1]);
    }

    [Fact]
    public void Job_ThatAResetHasStopped_StartedAgain_InterruptsAtOnce()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: vm.memory, reads: 50%, outstanding: 8, count: 20_000, start: 15ms}}"));
        EngineDriver? driver = null;
        During(experiment, async guest =>
        {
            await guest.Machine.Devices[0].Reset();
            driver = new EngineDriver(guest, guest.Machine.Devices[0]);
            await driver.Start(0, 0, ownMemory: false);
        });
        Finish(experiment);
        EngineJobState state = driver!.StateOf(0);
        Assert.Equal((true, true, 1L, 0L), (state.Ended, state.Stopped, state.Interrupts, state.Lines));
    }

    [Fact]
    public void Guest_ThatEndsWhileItsDeviceIsAtWork_LeavesNoRequestBehind()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: vm.memory, reads: 50%, outstanding: 64, count: 20_000, start: 15ms}}"));
        (long Then, int UnderWay) at = default;
        During(experiment, async guest =>
        {
            await guest.Machine.End();
            Iommu iommu = experiment.Built.Hosts["host0"].Iommu!;
            at = (iommu.Counters.Values.Sum(c => c.Reads + c.Writes), iommu.UnderWay);
        });
        ExperimentReport report = Finish(experiment);
        Iommu after = experiment.Built.Hosts["host0"].Iommu!;
        Assert.Equal((at.Then, 0), (after.Counters.Values.Sum(c => c.Reads + c.Writes), at.UnderWay));
        Assert.Equal(20_000, report.Sources[0].Reads + report.Sources[0].Writes);
        Assert.InRange(report.Sources[0].Errors.Values.Sum(), 1000, 19_900);
    }

    [Fact]
    public void Device_WithoutVectors_IsPolled()
    {
        ExperimentReport report = Finish(Prepare(File(OneGuest + "workloads: {load: {from: g0, to: vm.memory, outstanding: 8, count: 1000}}", ", msix-vectors: 0")));
        Assert.Equal(new GuestJobReport("load", "g0", "done", 1000, 0, 0, null), Assert.Single(report.Guests[0].Jobs!));
    }

    [Fact]
    public void Jobs_MoreThanVectors_ShareThem()
    {
        string jobs = string.Join(", ", Enumerable.Range(0, 8).Select(i => $"j{i}: {{from: g0, to: vm.memory, outstanding: 4, count: 200}}"));
        ExperimentReport report = Finish(Prepare(File(OneGuest + $"workloads: {{{jobs}}}", ", msix-vectors: 4")));
        Assert.All(report.Guests[0].Jobs!, j => Assert.Equal(("done", 200L), (j.State, j.Lines)));
        Assert.Equal(8, report.Guests[0].Jobs!.Count);
    }

    [Fact]
    public void Digest_IsTheSameOnTwoWorkers()
    {
        const string Yaml = """
            guests: {vm0: {devices: [g0], memory: 64MiB}, vm1: {devices: [g1, g2], memory: 64MiB}}
            workloads:
              a: {from: g0, to: vm0.memory, reads: 50%, outstanding: 8, count: 2000}
              b: {from: g1, to: vm1.memory, reads: 50%, outstanding: 8, count: 2000}
              c: {from: g2, to: g2, reads: 50%, outstanding: 8, count: 2000}
            """;
        Assert.Equal(Finish(Prepare(File(Yaml))).Digest, Finish(Prepare(File(Yaml), new ExperimentOptions { Workers = 2, MessagesPerWindowMin = 0 })).Digest);
    }

    [Theory]
    [InlineData("guests: {vm: {devices: [[g1, g2]]}}\nworkloads: {load: {from: g1, to: region0}}", "interleaved")]
    [InlineData("guests: {vm: {devices: [[g1, g2]]}}\nworkloads: {load: {from: g2, to: vm.memory}}", "lends its memory")]
    [InlineData("guests: {vm: {devices: [g1, g2]}}\nworkloads: {load: {from: g1, to: g2}}", "does not reach")]
    public void File_ThatAsksTheImpossibleOfAnEngine_IsRefused(string more, string why)
    {
        DescriptionResult read = TopologyFile.Parse(File(more).Replace("targets: [hb1], ", "targets: [hb1], ", StringComparison.Ordinal), "guests.yaml");
        DescriptionError error = Assert.Single(read.Errors, e => e.Code == DescriptionErrorCode.GuestHasEngine);
        Assert.Contains(why, error.Render(), StringComparison.Ordinal);
    }
}
