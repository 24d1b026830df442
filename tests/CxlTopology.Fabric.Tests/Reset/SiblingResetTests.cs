using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The CXL reset of software against a device of several functions.</summary>
public sealed class SiblingResetTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Scratch = FunctionBench.Scratch;
    private const uint Disabled = 0x400;
    private static readonly CxlResetOptions all = new() { AllSiblings = true };

    [Fact]
    public void Run_WithoutBeingTold_IsRefusedAndTouchesNothing()
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            var bus = new WatchedBus(os);
            var reset = new CxlReset(bus, bus, bus);
            Assert.False(await reset.IsSupported(bench.Device));
            Assert.Equal(Errno.ENOTTY, await End(() => reset.Run(bench.Device, new Claims())));
            Assert.DoesNotContain(bus.Accesses, a => a.Writes);
        });
        Assert.Null(bench.Devices[0].ResetUnderway);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Run_WithAllSiblings_BringsCxlFunctionsBackAndLeavesTheRest(bool switched, bool named)
    {
        ResetBench bench = FunctionBench.Make(switched: switched);
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench, locked: true);
            PciDevice cxl = bench.Further(1);
            PciDevice plain = bench.Further(3);
            await os.WriteConfig(cxl.Bdf, 4, 6, 2);
            string before = await Everything(os, bench);
            var touched = new HashSet<Bdf>();
            var bus = new WatchedBus(os)
            {
                Configuration = (function, _, value) =>
                {
                    touched.Add(function);
                    return value;
                },
            };
            CxlResetOptions options = named ? new CxlResetOptions { Siblings = [cxl, plain] } : all;
            await new CxlReset(bus, bus, bus).Run(bench.Device, new Claims(), options);

            Assert.Equal(before, await Everything(os, bench));
            Assert.Equal(0u, await os.ReadMmio(cxl.At(Scratch))); // what the function itself held is gone
            Assert.Equal(0x103u, await os.ReadMmio(plain.At(Scratch)));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
            Assert.Equal(3u, await os.ReadConfig(cxl.Bdf, await os.Dvsec(cxl, 0) + 0x0C, 2)); // cache enabled
            Assert.DoesNotContain(bus.Accesses, a => a.Writes && a.Where >= plain.At(0) && a.Where < plain.At(0x1000));
        });
    }

    [Fact]
    public void NonCxlFunction_WhileTheDeviceIsReset_Works()
    {
        ResetBench bench = FunctionBench.Make();
        var seen = new List<ulong>();
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            bench.Other.Script = async other =>
            {
                for (int i = 0; i < 40; i++)
                {
                    await other.WriteMmio(bench.Further(3).At(Scratch + 4), (ulong)i);
                    seen.Add(await other.ReadMmio(bench.Further(3).At(Scratch + 4)));
                    await other.Wait(SimDuration.FromMilliseconds(5));
                }
            };
            await bench.Other.Script(os);
            bench.Other.Script = _ => Task.CompletedTask;
        });
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (ulong)i), seen);
    }

    [Fact]
    public void Functions_DuringTheReset_AnswerAsTheyAreInTheMap()
    {
        ResetBench bench = FunctionBench.Make(ready: HardwareDelay.Of(SimDuration.FromMilliseconds(30)));
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            PciDevice cxl = bench.Further(1);
            int dvsec = await os.Dvsec(bench.Device, 0);
            int sibling = await os.Dvsec(cxl, 0);
            await os.WriteConfig(bench.Device.Bdf, dvsec + 0x10, 4, 2);
            SimTime began = os.Now;
            for (int milliseconds = 1; milliseconds < 100; milliseconds += 20)
            {
                await os.Wait(began + SimDuration.FromMilliseconds(milliseconds) - os.Now);
                Assert.Equal(0xFFFF_FFFFu, await os.ReadConfig(bench.Device.Bdf, 0));
                Assert.Equal(0xFFFF_FFFFu, await os.ReadConfig(cxl.Bdf, 0));
                Assert.Equal(await os.ReadConfig(bench.Device.Bdf, dvsec + 0x12, 2), await os.ReadConfig(cxl.Bdf, sibling + 0x12, 2)); // STATUS2 of either
                Assert.Equal(0xFFFF_FFFFu, await os.ReadMmio(cxl.At(Scratch)));
                Assert.Equal(0x103u, await os.ReadMmio(bench.Further(3).At(Scratch)));
            }

            await os.Wait(began + SimDuration.FromMilliseconds(101) - os.Now);
            Assert.NotEqual(0xFFFF_FFFFu, await os.ReadConfig(bench.Device.Bdf, 0));
            Assert.Equal(0xFFFF_FFFFu, await os.ReadConfig(cxl.Bdf, 0));
            await os.Wait(began + SimDuration.FromMilliseconds(131) - os.Now);
            Assert.NotEqual(0xFFFF_FFFFu, await os.ReadConfig(cxl.Bdf, 0));
            Assert.Equal(0u, await os.ReadConfig(cxl.Bdf, 4, 2));
        });
    }

    [Fact]
    public void Run_WithASiblingThatComesBackLate_WaitsForIt()
    {
        ResetBench bench = FunctionBench.Make(ready: HardwareDelay.Of(SimDuration.FromSeconds(3)));
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            string before = await Everything(os, bench);
            SimTime began = os.Now;
            await new CxlReset(os, os, os).Run(bench.Device, new Claims(), all);
            Assert.InRange((os.Now - began).Femtoseconds, SimDuration.FromSeconds(3).Femtoseconds, SimDuration.FromSeconds(6).Femtoseconds);
            Assert.Equal(before, await Everything(os, bench));
        });
    }

    [Fact]
    public void Run_WithASiblingThatStaysAway_FailsAndLeavesTheDeviceDisabled()
    {
        ResetBench bench = FunctionBench.Make(ready: HardwareDelay.Never);
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            Assert.Equal(Errno.ENOTTY, await End(() => new CxlReset(os, os, os).Run(bench.Device, new Claims(), all)));
            Assert.Equal(Disabled, await os.ReadConfig(bench.Device.Bdf, 4, 2));
            Assert.Equal(6u, await os.ReadConfig(bench.Further(3).Bdf, 4, 2));
            Assert.Equal(0x103u, await os.ReadMmio(bench.Further(3).At(Scratch)));
        });
        Assert.True(bench.Devices[0].IsFunctionQuiet(1));
    }

    [Theory]
    [InlineData(ResetOutcome.Error, Errno.EIO)]
    [InlineData(ResetOutcome.Never, Errno.ETIMEDOUT)]
    [InlineData(ResetOutcome.Late, Errno.ETIMEDOUT)]
    public void Run_OfADeviceThatDoesNotCompleteInTime_LeavesItsCxlFunctionsDisabled(ResetOutcome outcome, Errno expected)
    {
        ResetBench bench = FunctionBench.Make(reset: new ResetOptions { Outcome = outcome });
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            Assert.Equal(expected, await End(() => new CxlReset(os, os, os).Run(bench.Device, new Claims(), all)));
            await os.Wait(SimDuration.FromMilliseconds(200));
            uint command = await os.ReadConfig(bench.Further(1).Bdf, 4, 2);
            Assert.True(command is Disabled or 0, $"0x{command:x}"); // written while it answers, or forgotten with all else
            Assert.Equal(6u, await os.ReadConfig(bench.Further(3).Bdf, 4, 2));
            Assert.Equal(0x103u, await os.ReadMmio(bench.Further(3).At(Scratch)));
        });
    }

    [Fact]
    public void Run_OfACacheThatIsNotWrittenBack_LeavesSiblingsAsTheyWere()
    {
        ResetBench bench = FunctionBench.Make();
        var cache = new FakeCache { IsQuick = false };
        bench.Devices[0].AttachCache(cache);
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            Assert.Equal(Errno.ETIMEDOUT, await End(() => new CxlReset(os, os, os).Run(bench.Device, new Claims(), all)));
            Assert.True(cache.Allocating);
            Assert.Equal(6u, await os.ReadConfig(bench.Further(1).Bdf, 4, 2));
            Assert.Equal(0x101u, await os.ReadMmio(bench.Further(1).At(Scratch)));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void DisableCaching_ByAnyFunction_KeepsTheCacheFromAllocating(int first)
    {
        ResetBench bench = FunctionBench.Make();
        var cache = new FakeCache();
        bench.Devices[0].AttachCache(cache);
        bench.Run(async os =>
        {
            PciDevice[] functions = [bench.Device, bench.Further(1)];
            int[] dvsecs = [await os.Dvsec(functions[0], 0), await os.Dvsec(functions[1], 0)];
            await os.WriteConfig(functions[first].Bdf, dvsecs[first] + 0x10, 1, 2);
            Assert.False(cache.Allocating);
            await os.WriteConfig(functions[1 - first].Bdf, dvsecs[1 - first] + 0x10, 1, 2);
            await os.WriteConfig(functions[first].Bdf, dvsecs[first] + 0x10, 0, 2);
            Assert.False(cache.Allocating);
            await os.WriteConfig(functions[1 - first].Bdf, dvsecs[1 - first] + 0x10, 2, 2); // and writes back
            Assert.True(cache.Allocating);
            Assert.Equal(1u, await os.ReadConfig(functions[0].Bdf, dvsecs[0] + 0x12, 2) & 1);
            Assert.Equal(1u, await os.ReadConfig(functions[1].Bdf, dvsecs[1] + 0x12, 2) & 1);
        });
    }

    [Theory]
    [InlineData(ResetKind.Function)]
    [InlineData(ResetKind.Cxl)]
    [InlineData(ResetKind.Hot)]
    [InlineData(ResetKind.Warm)]
    [InlineData(ResetKind.Cold)]
    public void Functions_OverAReset_AreAsTheTableSays(ResetKind kind)
    {
        ResetBench bench = FunctionBench.Make();
        bench.Post(bench.Devices[0], ResetControl.Of(kind), SimTime.Zero + SimDuration.FromMilliseconds(3));
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            await os.Wait(SimTime.Zero + SimDuration.FromMilliseconds(300) - os.Now);
            foreach ((int number, ResetSubject subject) in ((int, ResetSubject)[])[(1, ResetSubject.OtherCxlFunctions), (3, ResetSubject.NonCxlFunctions)])
            {
                Survival expected = SurvivalTable.Of(kind, subject);
                uint line = await os.ReadConfig(bench.Further(number).Bdf, 0x0C, 1);
                Assert.Equal(expected == Survival.Kept ? 0x10u : 0, line);
            }
        });
    }

    [Fact]
    public void Methods_OfFunctions_AreTheirOwnAlone()
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            var reset = new PciReset(os, os, os);
            foreach (PciDevice function in bench.PortAbove.Children)
            {
                Assert.Equal([PciResetMethod.FunctionLevel], await reset.Methods(function));
                foreach (PciResetMethod method in (PciResetMethod[])[PciResetMethod.Bus, PciResetMethod.CxlBus, PciResetMethod.Cxl])
                    Assert.Equal(Errno.ENOTTY, await End(() => reset.Run(function, method, new Claims())));
            }

            string before = await Everything(os, bench);
            await reset.Run(bench.Further(3), PciResetMethod.FunctionLevel, new Claims());
            Assert.Equal(before, await Everything(os, bench));
            Assert.Equal(0u, await os.ReadMmio(bench.Further(3).At(Scratch)));
            Assert.Equal(0x101u, await os.ReadMmio(bench.Further(1).At(Scratch)));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SecondaryBusReset_OfAPortAboveSeveralFunctions_ResetsAllUnlessMasked(bool unmasked)
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            PciDevice port = bench.PortAbove;
            if (unmasked)
                await os.WriteConfig(port.Bdf, await os.Dvsec(port, 3) + 0x0C, 1, 2);
            await os.WriteConfig(port.Bdf, 0x3E, 0x40, 2);
            await os.Wait(SimDuration.FromMilliseconds(2));
            await os.WriteConfig(port.Bdf, 0x3E, 0, 2);
            await os.Wait(SimDuration.FromMilliseconds(200));
            foreach (int number in (int[])[1, 3])
            {
                Assert.Equal(unmasked ? 0u : 0x10u, await os.ReadConfig(bench.Further(number).Bdf, 0x0C, 1));
                await os.Restore(bench.Further(number));
                Assert.Equal(unmasked ? 0u : 0x100u + (uint)number, await os.ReadMmio(bench.Further(number).At(Scratch)));
            }
        });
    }

    [Theory]
    [InlineData(InterleavingTests.Intruder.HotReset)]
    [InlineData(InterleavingTests.Intruder.FunctionReset)]
    [InlineData(InterleavingTests.Intruder.SecondReset)]
    [InlineData(InterleavingTests.Intruder.LinkDown)]
    public void Intruder_AtEveryStepOfAResetWithSiblings_LeavesADefinedState(InterleavingTests.Intruder intruder)
    {
        List<SimTime> steps = [];
        Play(steps, null, default, out _);
        Assert.InRange(steps.Count, 150, 900);
        var ends = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < steps.Count; i += 3)
        {
            string end = Play([], intruder, steps[i] + SimDuration.FromNanoseconds(300), out ResetBench bench);
            ends[end] = ends.GetValueOrDefault(end) + 1;
            Assert.Null(bench.Devices[0].ResetUnderway);
            Assert.All((int[])[0, 1, 3], f => Assert.False(bench.Devices[0].IsFunctionQuiet(f)));
        }

        Assert.All(ends.Keys, end => Assert.Contains(end, (string[])["done", "EIO", "ENODEV", "ENXIO", "ETIMEDOUT", "ENOTTY"]));
    }

    private static string Play(List<SimTime> steps, InterleavingTests.Intruder? intruder, SimTime at, out ResetBench bench)
    {
        ResetBench made = FunctionBench.Make();
        bench = made;
        if (intruder is { } what)
            InterleavingTests.Intrude(made, what, switched: false, at);
        string end = "done";
        made.Run(async os =>
        {
            await FunctionBench.Ready(os, made);
            var bus = new WatchedBus(os);
            await bus.Wait(SimTime.Zero + SimDuration.FromMilliseconds(3) - os.Now);
            end = (await End(() => new CxlReset(bus, bus, bus).Run(made.Device, new Claims(), all)))?.ToString() ?? "done";
            steps.AddRange(bus.Accesses.Select(a => a.At));
            await bus.Wait(SimDuration.FromMilliseconds(200));
        });
        return end;
    }

    private static async Task<Errno?> End(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (ErrnoException failure)
        {
            return failure.Errno;
        }
    }

    /// <summary>What software has set in all functions, but for status and what only the function itself knows.</summary>
    private static async Task<string> Everything(HostProgram os, ResetBench bench)
    {
        var words = new List<string>();
        foreach (PciDevice function in bench.PortAbove.Children)
        {
            int dvsec = await os.Dvsec(function, 0);
            for (int offset = 0; offset < 0x400; offset += 4)
            {
                if (function.ExtendedCapabilities.Exists(c => c.Id == DataObjectClient.CapabilityId && offset >= c.Offset && offset < c.Offset + 0x18))
                    continue;
                uint value = await os.ReadConfig(function.Bdf, offset);
                words.Add($"{function.Bdf.Function}:{offset:x3}:{(dvsec != 0 && offset == dvsec + 0x10 ? value & 0xFFFF : value):x8}");
            }
        }

        ulong hdm = await Programmer.Decoders(os, bench.Device);
        for (ulong offset = 0; offset < 0x10 + 4 * 0x20; offset += 4)
            words.Add($"hdm{offset:x2}:{await os.ReadMmio(hdm + offset):x8}");
        return string.Join('\n', words);
    }
}
