using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Something else happens at every step of a CXL reset: each time it all ends in a state that is defined, and nothing is unaccounted for.</summary>
public sealed class InterleavingTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Quarter = ResetBench.Quarter;
    private static readonly SimDuration afterwards = SimDuration.FromMilliseconds(200);
    private static readonly SimTime begin = SimTime.Zero + SimDuration.FromMilliseconds(2);

    /// <summary>What happens in the middle.</summary>
    public enum Intruder
    {
        MemoryAccess,
        SecondReset,
        HotReset,
        LinkDown,
        ColdReset,
        FunctionReset,
    }

    [Theory]
    [InlineData(Intruder.MemoryAccess, false)]
    [InlineData(Intruder.SecondReset, false)]
    [InlineData(Intruder.HotReset, false)]
    [InlineData(Intruder.LinkDown, false)]
    [InlineData(Intruder.ColdReset, false)]
    [InlineData(Intruder.FunctionReset, false)]
    [InlineData(Intruder.MemoryAccess, true)]
    [InlineData(Intruder.HotReset, true)]
    [InlineData(Intruder.LinkDown, true)]
    public void Intruder_AtEveryStep_LeavesADefinedState(Intruder intruder, bool switched)
    {
        List<SimTime> steps = Steps(switched);
        Assert.InRange(steps.Count, 100, 400);
        var ends = new SortedDictionary<string, int>(StringComparer.Ordinal);
        // Half way into each access, when its request is in the fabric.
        foreach (SimTime step in steps)
        {
            string end = Try(intruder, switched, step + SimDuration.FromNanoseconds(300));
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }

        string[] possible = intruder switch
        {
            Intruder.MemoryAccess => ["done"],
            Intruder.SecondReset or Intruder.FunctionReset => ["done", "EIO", "ENODEV", "ENXIO", "ETIMEDOUT", "ENOTTY"],
            _ => ["done", "EIO", "ENODEV", "ENXIO", "ETIMEDOUT", "ENOTTY"],
        };
        Assert.All(ends.Keys, end => Assert.Contains(end, possible));
        // The intruder does something: not every reset goes on as if it were not there.
        if (intruder is Intruder.HotReset or Intruder.LinkDown or Intruder.ColdReset)
            Assert.True(ends.Count > 2, string.Join(", ", ends));
    }

    /// <summary>When the accesses of an undisturbed reset begin.</summary>
    private static List<SimTime> Steps(bool switched)
    {
        var bench = new ResetBench(switched);
        WatchedBus? bus = null;
        bench.Run(async os =>
        {
            await Ready(os, bench);
            bus = new WatchedBus(os);
            await os.Wait(begin - os.Now);
            await new CxlReset(bus, bus, bus).Run(bench.Device, new Claims());
        });
        return [.. bus!.Accesses.Select(a => a.At)];
    }

    private static string Try(Intruder intruder, bool switched, SimTime at)
    {
        var bench = new ResetBench(switched);
        Intrude(bench, intruder, switched, at);
        string end = "done";
        AccessStatus? load = null;
        var claims = new Claims();
        WatchedBus? bus = null;
        bench.Run(async os =>
        {
            await Ready(os, bench);
            bus = new WatchedBus(os);
            await bus.Wait(begin - os.Now);
            try
            {
                await new CxlReset(bus, bus, bus).Run(bench.Device, claims);
            }
            catch (ErrnoException failure)
            {
                end = failure.Errno.ToString();
            }

            await bus.Wait(afterwards);
            load = (await os.Load(Base)).Status;
        });

        Assert.Empty(claims.Held);
        Endpoint device = bench.Devices[0];
        Assert.Null(device.ResetUnderway);
        Assert.False(device.IsQuiet);
        // What was lost is what somebody waited for in vain: registers or memory.
        long lost = Lost(bench);
        int waited = bus!.TimedOut + bench.Program.Unanswered + bench.Other.Unanswered;
        Assert.True(lost == waited, $"{intruder} at {at}: {lost} lost, {waited} waited for in vain");
        Assert.Equal(0, bench.Program.Late + bench.Other.Late);
        Assert.InRange(bench.Program.LateCompletions, 0, bus.TimedOut); // the root port gives a register access up as well
        CreditsAreWhole(bench);
        // Memory answers or is refused, and nothing hangs.
        Assert.NotNull(load);
        Assert.NotEqual(AccessStatus.Timeout, load);
        if (end == "done" && intruder == Intruder.MemoryAccess)
            Assert.Equal(AccessStatus.Ok, load);
        return end;
    }

    internal static void Intrude(ResetBench bench, Intruder intruder, bool switched, SimTime at)
    {
        LinkedActor upper = switched ? bench.Switch!.Ports[1] : bench.Ports[0];
        Endpoint device = bench.Devices[0];
        switch (intruder)
        {
            case Intruder.MemoryAccess:
                bench.Other.Script = async os =>
                {
                    await os.Wait(at - os.Now);
                    Task<(AccessStatus Status, ulong Value)> load = os.Load(Base);
                    Task<AccessStatus> store = os.Store(Base + 64, 7);
                    Assert.True((await load).Status is AccessStatus.Ok or AccessStatus.Timeout or AccessStatus.MemoryDisabled or AccessStatus.NoEndpointDecoder);
                    Assert.True(await store is AccessStatus.Ok or AccessStatus.Timeout or AccessStatus.MemoryDisabled or AccessStatus.NoEndpointDecoder);
                };
                break;
            case Intruder.SecondReset:
                bench.Post(device, ResetControl.Of(ResetKind.Cxl), at);
                break;
            case Intruder.HotReset:
                bench.Post(switched ? bench.Ports[0] : upper, ResetControl.Of(ResetKind.Hot), at);
                break;
            case Intruder.ColdReset:
                bench.Post(device, ResetControl.Of(ResetKind.Cold), at);
                break;
            case Intruder.FunctionReset:
                bench.Post(device, ResetControl.Of(ResetKind.Function), at);
                break;
            default:
                foreach (ulong up in (ulong[])[0, 1])
                {
                    SimTime when = at + SimDuration.FromMilliseconds(5 * (long)up);
                    var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up, Payload = -1 };
                    bench.Post(upper, control, when);
                    bench.Post(device, control, when);
                }

                break;
        }
    }

    private static long Lost(ResetBench bench) => Links(bench).Sum(l => l.Lost);

    private static IEnumerable<LinkedActor> Links(ResetBench bench) => [.. bench.Ports, .. bench.Switch?.Ports ?? [], .. bench.Devices];

    /// <summary>Of every link's credits, each is held, owed, or on its way, and nothing is on its way.</summary>
    private static void CreditsAreWhole(ResetBench bench)
    {
        LinkedActor[] lower = bench.Switch is null ? [bench.Devices[0]] : [bench.Switch.Upstream, bench.Devices[0]];
        LinkedActor[] upper = bench.Switch is null ? [bench.Ports[0]] : [bench.Ports[0], bench.Switch.Ports[1]];
        foreach ((LinkedActor above, LinkedActor below) in upper.Zip(lower))
        {
            Assert.Equal(above.FarBuffer.Header, above.CreditsHeld.Header + below.CreditsOwed.Header);
            Assert.Equal(above.FarBuffer.Data, above.CreditsHeld.Data + below.CreditsOwed.Data);
            Assert.Equal(below.FarBuffer.Header, below.CreditsHeld.Header + above.CreditsOwed.Header);
            Assert.Equal(below.FarBuffer.Data, below.CreditsHeld.Data + above.CreditsOwed.Data);
        }
    }

    private static async Task Ready(HostProgram os, ResetBench bench)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(bench.Device);
        await programmer.Enable(bench.Device);
        await programmer.Commit(bench.Device, 0, Base, Quarter, locked: true);
        await programmer.Commit(bench.Device, 1, Base + Quarter, Quarter);
        Assert.True(os.Now < begin);
    }
}
