using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Enumeration;

/// <summary>The buses of a program, with the time of every access and every wait: the places where something may happen to the hardware.</summary>
internal sealed class WatchedBus(CxlCore inner) : IConfigurationBus, IMmioBus, IMemoryBus, ISoftwareClock
{
    public List<SimTime> Places { get; } = [];

    public SimTime Now => inner.Clock.Now;

    public Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4) => Note(() => inner.Configuration.ReadConfig(function, offset, bytes));

    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4) => Note(() => inner.Configuration.WriteConfig(function, offset, value, bytes));

    public Task<ulong> ReadMmio(ulong address, int bytes = 4) => Note(() => inner.Mmio.ReadMmio(address, bytes));

    public Task WriteMmio(ulong address, ulong value, int bytes = 4) => Note(() => inner.Mmio.WriteMmio(address, value, bytes));

    public Task<AccessStatus> ReadMemory(ulong address, Memory<byte> into) => Note(() => inner.Memory.ReadMemory(address, into));

    public Task<AccessStatus> WriteMemory(ulong address, ReadOnlyMemory<byte> data) => Note(() => inner.Memory.WriteMemory(address, data));

    public Task Wait(SimDuration delay) => Note(() => inner.Clock.Wait(delay));

    private T Note<T>(Func<T> access)
    {
        Places.Add(Now);
        return access();
    }
}
