using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using static CxlTopology.Vfio.Tests.Fabric.EngineFiles;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>Engines of guests' devices that keep translations (ATS): guest memory by CXL.cache, at addresses that only the device and the IOMMU know.</summary>
public sealed class GuestTranslationTests
{
    private const string Keeps = ", ats: true";

    [Theory]
    [InlineData("hdm-db", false)]
    [InlineData("hdm-d", false)]
    [InlineData("hdm-db", true)] // a guest's guest
    public void Job_ByTranslations_CachesTheGuestsMemory(string coherence, bool nested)
    {
        string guests = nested ? "guests: {outer: {devices: [g0], memory: 64MiB, scrub: none, guests: {vm: {devices: [g0], memory: 16MiB, scrub: none}}}}\n" : OneGuest;
        using Experiment experiment = Prepare(File(guests + "workloads: {load: {from: g0, to: {memory: true, base: 64KiB, size: 64KiB}, reads: 50%, outstanding: 8, count: 4000}}", Keeps, coherence));
        ExperimentReport report = Finish(experiment);
        GuestReport guest = report.Guests[^1];
        Assert.Equal(("done", 4000L, 0L, 1L), (guest.Jobs![0].State, guest.Jobs[0].Lines, guest.Jobs[0].Failed, guest.Jobs[0].Interrupts));
        Assert.Equal((0L, 0L, 0L), (guest.Traffic.Reads, guest.Traffic.Writes, guest.Traffic.Faults));
        Assert.Equal(16, experiment.Built.Hosts["host0"].Iommu!.Counters.Values.Sum(c => c.Translations));
        Assert.Equal(16, experiment.Built.Endpoints["g0"].Accelerator!.PagesKnown);
        Assert.True(report.Caches!.Single(c => c.Component.EndsWith("g0", StringComparison.Ordinal)).Hits > 2000);
    }

    [Fact]
    public void Jobs_ByTranslations_AndTheGuest_OnTheSameLines_KeepEveryCheckerQuiet()
    {
        ExperimentReport report = Finish(Prepare(File("""
            guests: {vm: {devices: [g0], memory: 64MiB}}
            workloads:
              a: {from: vm, to: {memory: true, base: 1MiB, size: 4KiB}, reads: 50%, outstanding: 8, count: 3000}
              b: {from: g0, to: {memory: true, base: 1MiB, size: 4KiB}, reads: 50%, outstanding: 8, count: 3000}
              c: {from: g0, to: {memory: true, base: 1MiB, size: 4KiB}, reads: 50%, size: 256B, outstanding: 4, count: 500}
              d: {from: g0, to: region0, pattern: hot-spot, reads: 50%, outstanding: 8, count: 2000}
            """, Keeps, host: "cache: {size: 64KiB}")));
        Assert.All(report.Sources, s => Assert.Empty(s.Errors));
        Assert.True(report.Checkers.Single(c => c.Name == "a read returns the last write in coherence order").Checked > 3000);
    }

    [Fact]
    public void Translation_OfWhereNothingIsMapped_IsRefused()
    {
        ExperimentReport report = Finish(Prepare(File(OneGuest + "workloads: {load: {from: g0, to: {base: 0x10_0000_0000, size: 64KiB}, reads: 50%, outstanding: 4, count: 100}}", Keeps)));
        Assert.Equal(100, report.Sources[0].Errors["TranslationFault"]);
        Assert.InRange(report.Guests[0].Traffic.Faults, 16, 100); // one for all that waited for the page
    }

    [Fact]
    public void Memory_ThatIsUnmappedUnderWay_IsReachedNoMore()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: {memory: true, base: 0, size: 8MiB}, reads: 50%, outstanding: 64, count: 20_000, start: 15ms}}", Keeps));
        (long Done, int Known) at = default;
        During(experiment, async guest =>
        {
            var unmap = new byte[24];
            BitConverter.TryWriteBytes(unmap.AsSpan(0), unmap.Length);
            BitConverter.TryWriteBytes(unmap.AsSpan(4), 1);
            BitConverter.TryWriteBytes(unmap.AsSpan(16), ulong.MaxValue);
            await guest.Machine.Process.Ioctl(3, VfioRequest.IommuIoasUnmap, unmap);
            RequesterStatistics done = experiment.Requesters[0].Requester.Statistics;
            at = (done.Completed - done.ErrorCount, experiment.Built.Endpoints["g0"].Accelerator!.PagesKnown);
        });
        ExperimentReport report = Finish(experiment);
        Assert.InRange(at.Done, 100, 19_900);
        Assert.Equal(0, at.Known);
        Assert.Equal(20_000 - at.Done, report.Sources[0].Errors["TranslationFault"]);
    }

    [Fact]
    public void Device_ThatGetsAnotherAddressSpaceAtWork_ReachesTheOneBeforeNoMore()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: {memory: true, base: 0, size: 8MiB}, reads: 50%, outstanding: 64, count: 20_000, start: 15ms}}", Keeps));
        (long Done, int Known) at = default;
        During(experiment, async guest =>
        {
            const int Iommufd = 3;
            const int Device = 4;
            var space = new byte[12];
            BitConverter.TryWriteBytes(space.AsSpan(0), space.Length);
            await guest.Machine.Process.Ioctl(Iommufd, VfioRequest.IommuIoasAlloc, space);
            var attach = new byte[12];
            BitConverter.TryWriteBytes(attach.AsSpan(0), attach.Length);
            space.AsSpan(8, 4).CopyTo(attach.AsSpan(8));
            await guest.Machine.Process.Ioctl(Device, VfioRequest.DeviceAttachIommufdPt, attach);
            RequesterStatistics done = experiment.Requesters[0].Requester.Statistics;
            at = (done.Completed - done.ErrorCount, experiment.Built.Endpoints["g0"].Accelerator!.PagesKnown);
        });
        ExperimentReport report = Finish(experiment);
        Assert.InRange(at.Done, 100, 19_900);
        Assert.Equal(0, at.Known);
        Assert.Equal(20_000 - at.Done, report.Sources[0].Errors["TranslationFault"]);
    }

    [Fact]
    public void Guest_ThatEndsWhileItsDeviceIsAtWork_LeavesNoAccessBehind()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: {memory: true, base: 0, size: 8MiB}, reads: 50%, outstanding: 64, count: 20_000, start: 15ms}}", Keeps));
        long at = 0;
        During(experiment, async guest =>
        {
            await guest.Machine.End();
            RequesterStatistics done = experiment.Requesters[0].Requester.Statistics;
            at = done.Completed - done.ErrorCount;
        });
        ExperimentReport report = Finish(experiment);
        Assert.InRange(at, 100, 19_900);
        Assert.Equal(20_000 - at, report.Sources[0].Errors.Values.Sum());
    }

    [Fact]
    public void Device_ThatIsResetAtWork_ForgetsItsTranslations_AndGetsThemAgain()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {one: {from: g0, to: {memory: true, base: 0, size: 8MiB}, reads: 50%, outstanding: 8, count: 20_000, start: 15ms}, two: {from: g0, to: {memory: true, base: 0, size: 64KiB}, outstanding: 8, count: 1000, start: 300ms}}", Keeps));
        During(experiment, guest => guest.Machine.Devices[0].Reset());
        ExperimentReport report = Finish(experiment);
        Assert.InRange(report.Sources[0].Errors["EngineReset"], 1000, 19_900);
        Assert.Equal(new GuestJobReport("two", "g0", "done", 1000, 0, 1, null), report.Guests[0].Jobs![1]);
        Assert.Equal(16, experiment.Built.Endpoints["g0"].Accelerator!.PagesKnown);
        Assert.Equal(0, report.Guests[0].Traffic.Reads);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(Keeps, "")]
    [InlineData("", ", size: 4KiB, burst: true")]
    [InlineData(Keeps, ", size: 4KiB, burst: true")]
    public void Link_ThatGoesDownWhileTheDeviceIsAtWork_HangsNothing(string each, string form)
    {
        using Experiment experiment = Prepare(File(OneGuest + $"workloads: {{load: {{from: g0, to: {{memory: true, base: 0, size: 8MiB}}, reads: 50%, outstanding: 64, count: 20_000, start: 15ms{form}}}}}", each));
        bool ended = false;
        During(experiment, async guest =>
        {
            await guest.Machine.End();
            ended = true;
        }, SimDuration.FromMilliseconds(1));
        Simulation.Simulation simulation = experiment.Built.Simulation;
        (LinkedActor upper, LinkedActor lower) = experiment.Built.Links.Single(l => l.Lower == experiment.Built.Endpoints["g0"]);
        var down = new Message { Kind = (byte)Specification.MessageKind.LinkControl, Payload = -1 };
        SimTime at = simulation.Progress + SimDuration.FromMicroseconds(2);
        simulation.Post(upper, down, at);
        simulation.Post(lower, down, at);
        RunResult result = experiment.Run();
        Assert.Empty(result.Failures);
        RequesterStatistics done = experiment.Requesters[0].Requester.Statistics;
        Assert.Equal((true, 20_000L, true), (ended, done.Completed, done.ErrorCount > 0));
        Assert.DoesNotContain("Timeout", Reports.Of(experiment).Sources[0].Errors.Keys);
        Assert.Equal(0, experiment.Built.Hosts["host0"].Iommu!.UnderWay);
    }

    [Fact]
    public void Translations_AreLookedUpOnce_AndTheOldestGoes()
    {
        using Experiment experiment = Prepare(File(OneGuest + "workloads: {load: {from: g0, to: {memory: true, base: 0, size: 8MiB}, pattern: stride, stride: 4KiB, outstanding: 4, count: 2048}}", Keeps));
        Finish(experiment);
        Accelerator engine = experiment.Built.Endpoints["g0"].Accelerator!;
        Assert.Equal((1024, 2048L), (engine.PagesKnown, engine.TranslationsAsked));
    }

    [Fact]
    public void Digest_IsTheSameOnTwoWorkers()
    {
        string yaml = File(OneGuest + "workloads: {a: {from: g0, to: vm.memory, reads: 50%, outstanding: 8, count: 2000}, b: {from: vm, to: vm.memory, reads: 50%, outstanding: 8, count: 2000}}", Keeps);
        Assert.Equal(Finish(Prepare(yaml)).Digest, Finish(Prepare(yaml, new ExperimentOptions { Workers = 2, MessagesPerWindowMin = 0 })).Digest);
    }
}
