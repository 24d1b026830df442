using CxlTopology.Simulation;
using CxlTopology.Software.Tests.Pci;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Enumeration;

/// <summary>A machine made of a CEDT and fake functions, and a clock that goes on by itself when somebody waits.</summary>
internal sealed class FakeMachine : IMemoryBus, ISoftwareClock
{
    public static IReadOnlyList<HostBridgeResources> Places { get; } = HostBridgeResources.Place([16, 16, 16], above: 0);

    public SimTime Now { get; set; }

    /// <summary>Called whenever somebody waits, with the time it will be then.</summary>
    public Action<SimTime> OnWait { get; set; } = _ => { };

    public Task<AccessStatus> ReadMemory(ulong address, Memory<byte> into) => Task.FromResult(AccessStatus.NoWindow);

    public Task<AccessStatus> WriteMemory(ulong address, ReadOnlyMemory<byte> data) => Task.FromResult(AccessStatus.NoWindow);

    public Task Wait(SimDuration delay)
    {
        Now += delay;
        OnWait(Now);
        return Task.CompletedTask;
    }

    /// <summary>A core on a platform with host bridges of the UIDs 10, 11 and 12, the last one first in the namespace, without functions below them.</summary>
    public CxlCore Core(params CedtStructure[] records) => Core(new Cedt(records).ToBytes());

    public CxlCore Core(byte[] cedt)
    {
        FakeBus bus = FakeBus.Of(Places[0]);
        return new CxlCore(bus, bus, this, this, new CxlPlatform(cedt, [(12, Places[2]), (11, Places[1]), (10, Places[0])]));
    }

    public static HostBridgeStructure Bridge(uint uid) => new() { Uid = uid, Base = new Hpa(Places[(int)uid - 10].RegisterBase) };

    public static FixedMemoryWindowStructure Window(ulong start = 1UL << 36, params uint[] targets)
    {
        InterleaveWays.TryEncode(Math.Max(targets.Length, 1), out byte ways);
        return new FixedMemoryWindowStructure { Base = start, Size = 12UL << 28, WaysEncoded = ways, GranularityEncoded = 2, Restrictions = 0xF, QtgId = 7, Targets = targets };
    }

    /// <summary>Runs what completes at once, and throws what it throws.</summary>
    public static void Do(Task task)
    {
        Assert.True(task.IsCompleted);
        task.GetAwaiter().GetResult();
    }
}
