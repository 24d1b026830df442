using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Every cell of the table of what survives: set up by register writes, reset over the fabric, read back.</summary>
public sealed class SurvivalTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Quarter = ResetBench.Quarter;
    private const ulong Data = 0x1122_3344_5566_7788;
    private const ushort AerId = 1;
    private static readonly SimTime powerAt = SimTime.Zero + SimDuration.FromMilliseconds(50);
    private static readonly SimDuration recovery = SimDuration.FromMilliseconds(300);

    public static TheoryData<ResetEvent, ResetSubject, bool, bool> Cells()
    {
        var cells = new TheoryData<ResetEvent, ResetSubject, bool, bool>();
        foreach (ResetEvent happened in Enum.GetValues<ResetEvent>())
        {
            if (happened == ResetEvent.LogicalDeviceReset)
                continue; // LogicalDeviceTests
            foreach (ResetSubject subject in Enum.GetValues<ResetSubject>())
            {
                if (subject is ResetSubject.OtherCxlFunctions or ResetSubject.NonCxlFunctions or ResetSubject.Engines)
                    continue; // SiblingResetTests, EngineResetTests
                bool depends = SurvivalTable.Of(happened, subject) is Survival.AsConfigured or Survival.ClearedIfEnabled;
                cells.Add(happened, subject, false, happened == ResetEvent.HotReset);
                if (depends)
                    cells.Add(happened, subject, true, false);
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Subject_OverAnEvent_IsWhatTheTableSays(ResetEvent happened, ResetSubject subject, bool option, bool switched)
    {
        bool keeps = option && happened != ResetEvent.CxlReset;
        var bench = new ResetBench(switched, dvsec: DeviceDvsecOptions.Type2 with { VolatileKeptWarm = keeps, VolatileKeptHot = keeps });
        var cache = new FakeCache();
        bench.Devices[0].AttachCache(cache);
        if (Posted(happened) is { } message)
            bench.Post(bench.Devices[0], message, powerAt);
        ulong before = 0;
        ulong after = 0;
        ulong initial = 0;
        bench.Run(async os =>
        {
            PciDevice device = bench.Device;
            await Prepare(os, bench, device, subject);
            initial = subject switch
            {
                ResetSubject.VolatileMemory or ResetSubject.PersistentMemory => 0,
                _ => await Initial(os, device, subject),
            };
            await Set(os, device, subject);
            before = await Observe(os, bench, device, subject);
            if (option && happened == ResetEvent.CxlReset)
                await os.WriteConfig(device.Bdf, await os.Dvsec(device, 0) + 0x10, 8, 2);
            await Happen(os, bench, device, happened, switched);
            await os.Restore(device);
            after = await Observe(os, bench, device, subject);
        });

        Survival expected = SurvivalTable.Of(happened, subject);
        if (subject == ResetSubject.Cache)
        {
            Assert.Equal(expected == Survival.WrittenBack, cache.WriteBacks > 0);
            Assert.Equal(expected == Survival.Lost, cache.Drops > 0);
            return;
        }

        Assert.NotEqual(initial, before);
        // Nobody keeps volatile memory without power: CAPABILITY3 cannot say so.
        bool kept = expected switch
        {
            Survival.Kept => true,
            Survival.AsConfigured => keeps && happened != ResetEvent.ColdReset,
            Survival.ClearedIfEnabled => !option,
            _ => false,
        };
        Assert.Equal(kept ? before : initial, after);
    }

    private static Message? Posted(ResetEvent happened) => happened switch
    {
        ResetEvent.WarmReset => ResetControl.Of(ResetKind.Warm),
        ResetEvent.ColdReset => ResetControl.Of(ResetKind.Cold),
        ResetEvent.PersistentFlush => ResetControl.PersistentFlush(),
        _ => null,
    };

    /// <summary>Three decoders of a quarter each, the first one locked, and the way to them.</summary>
    private static async Task Prepare(HostProgram os, ResetBench bench, PciDevice device, ResetSubject subject)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(device);
        await programmer.Enable(device);
        if (subject is ResetSubject.LockedDecoders or ResetSubject.HdmDecoders)
            return;
        for (int i = 0; i < 3; i++)
            await programmer.Commit(device, i, Base + (ulong)i * Quarter, Quarter);
    }

    private static async Task<ulong> Initial(HostProgram os, PciDevice device, ResetSubject subject) => await Register(os, device, subject);

    private static async Task Set(HostProgram os, PciDevice device, ResetSubject subject)
    {
        int dvsec = await os.Dvsec(device, 0);
        ulong hdm = await Programmer.Decoders(os, device);
        switch (subject)
        {
            case ResetSubject.ConfigurationSpace:
                await os.WriteConfig(device.Bdf, 0x0C, 0x10, 1);
                break;
            case ResetSubject.HdmDecoders:
                await Programmer.Commit(os, hdm, 0, Base, Quarter);
                break;
            case ResetSubject.LockedDecoders:
                await Programmer.Commit(os, hdm, 0, Base, Quarter, locked: true);
                break;
            case ResetSubject.DvsecFields:
                await os.WriteConfig(device.Bdf, dvsec + 0x20, 0x77);
                break;
            case ResetSubject.DvsecLockedFields:
                await os.WriteConfig(device.Bdf, dvsec + 0x20, 0x77);
                await os.WriteConfig(device.Bdf, dvsec + 0x14, 1, 2);
                break;
            case ResetSubject.DvsecLock:
                await os.WriteConfig(device.Bdf, dvsec + 0x14, 1, 2);
                break;
            case ResetSubject.ComponentRegisters:
                await os.WriteMmio(await Programmer.Component(os, device, 4) + 8, 1);
                break;
            case ResetSubject.CoherencePath:
                await os.WriteMmio(await Programmer.Component(os, device, 0xC) + 4, 6);
                break;
            case ResetSubject.StickyBits:
                await os.WriteConfig(device.Bdf, Aer(device) + 0x0C, 0);
                break;
            case ResetSubject.VolatileMemory:
                Assert.Equal(AccessStatus.Ok, await os.Store(Base + 0x1000, Data));
                break;
            case ResetSubject.PersistentMemory:
                Assert.Equal(AccessStatus.Ok, await os.Store(Base + 2 * Quarter, Data));
                break;
        }
    }

    private static async Task<ulong> Observe(HostProgram os, ResetBench bench, PciDevice device, ResetSubject subject)
    {
        if (subject is not (ResetSubject.VolatileMemory or ResetSubject.PersistentMemory))
            return await Register(os, device, subject);
        await Prepare(os, bench, device, subject);
        (AccessStatus status, ulong value) = await os.Load(subject == ResetSubject.VolatileMemory ? Base + 0x1000 : Base + 2 * Quarter);
        Assert.Equal(AccessStatus.Ok, status);
        return value;
    }

    private static async Task<ulong> Register(HostProgram os, PciDevice device, ResetSubject subject)
    {
        int dvsec = await os.Dvsec(device, 0);
        return subject switch
        {
            ResetSubject.ConfigurationSpace => await os.ReadConfig(device.Bdf, 0x0C, 1),
            ResetSubject.HdmDecoders or ResetSubject.LockedDecoders => await os.ReadMmio(await Programmer.Decoders(os, device) + 0x20),
            ResetSubject.DvsecFields or ResetSubject.DvsecLockedFields => await os.ReadConfig(device.Bdf, dvsec + 0x20),
            ResetSubject.DvsecLock => await os.ReadConfig(device.Bdf, dvsec + 0x14, 2),
            ResetSubject.ComponentRegisters => await os.ReadMmio(await Programmer.Component(os, device, 4) + 8),
            ResetSubject.CoherencePath => await BiDecoder(os, await Programmer.Component(os, device, 0xC)),
            ResetSubject.StickyBits => await os.ReadConfig(device.Bdf, Aer(device) + 0x0C),
            _ => 0,
        };
    }

    // Control and status: committed or not.
    private static async Task<ulong> BiDecoder(HostProgram os, ulong at) => await os.ReadMmio(at + 4) | await os.ReadMmio(at + 8) << 32;

    private static int Aer(PciDevice device) => device.ExtendedCapabilities.Find(c => c.Id == AerId).Offset;

    private static async Task Happen(HostProgram os, ResetBench bench, PciDevice device, ResetEvent happened, bool switched)
    {
        PciDevice port = switched ? os.At(0) : bench.PortAbove;
        int masks = await os.Dvsec(port, 3) + 0x0C;
        switch (happened)
        {
            case ResetEvent.FunctionLevelReset:
                await os.WriteConfig(device.Bdf, device.ExpressCapability + 8, 0x8000, 2);
                break;
            case ResetEvent.CxlReset:
                int control2 = await os.Dvsec(device, 0) + 0x10;
                uint others = await os.ReadConfig(device.Bdf, control2, 2);
                await os.WriteConfig(device.Bdf, control2, others | 4, 2);
                break;
            case ResetEvent.HotReset:
                await os.WriteConfig(port.Bdf, masks, 1, 2);
                await os.WriteConfig(port.Bdf, 0x3E, 0x40, 2);
                await os.Wait(SimDuration.FromMilliseconds(2));
                await os.WriteConfig(port.Bdf, 0x3E, 0, 2);
                break;
            case ResetEvent.LinkDown:
                await os.WriteConfig(port.Bdf, masks, 2, 2);
                await os.WriteConfig(port.Bdf, port.ExpressCapability + 0x10, 0x10, 2);
                await os.Wait(SimDuration.FromMilliseconds(2));
                await os.WriteConfig(port.Bdf, port.ExpressCapability + 0x10, 0, 2);
                break;
            default:
                Assert.True(os.Now < powerAt);
                await os.Wait(powerAt - os.Now);
                break;
        }

        await os.Wait(recovery);
        if (!switched)
            return;
        // The switch was reset as well.
        await new Programmer(os, bench).Reopen();
    }
}
