using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The bus of a program with somebody between: what passes is noted with its time, and what is read can be changed.</summary>
internal sealed class WatchedBus(HostProgram os) : IConfigurationBus, IMmioBus, ISoftwareClock
{
    private static readonly SimDuration completionTimeout = SimDuration.FromMilliseconds(10);

    /// <summary>Changes what is read from configuration space: function, offset, value.</summary>
    public Func<Bdf, int, uint, uint> Configuration { get; set; } = (_, _, value) => value;

    /// <summary>Changes what is read from memory-mapped registers: address, value.</summary>
    public Func<ulong, ulong, ulong> Registers { get; set; } = (_, value) => value;

    /// <summary>Every access, in order: when it began, whether it writes, where (offset or address), what.</summary>
    public List<(SimTime At, bool Writes, ulong Where, ulong Value)> Accesses { get; } = [];

    /// <summary>Accesses that nothing answered in time.</summary>
    public int TimedOut { get; private set; }

    public SimTime Now => os.Now;

    public Task Wait(SimDuration delay) => os.Wait(delay);

    public async Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4)
    {
        SimTime at = Now;
        uint value = Configuration(function, offset, await os.ReadConfig(function, offset, bytes));
        Note(at, false, (ulong)offset, value);
        return value;
    }

    public async Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4)
    {
        SimTime at = Now;
        await os.WriteConfig(function, offset, value, bytes);
        Note(at, true, (ulong)offset, value);
    }

    public async Task<ulong> ReadMmio(ulong address, int bytes = 4)
    {
        SimTime at = Now;
        ulong value = Registers(address, await os.ReadMmio(address, bytes));
        Note(at, false, address, value);
        return value;
    }

    public async Task WriteMmio(ulong address, ulong value, int bytes = 4)
    {
        SimTime at = Now;
        await os.WriteMmio(address, value, bytes);
        Note(at, true, address, value);
    }

    private void Note(SimTime at, bool writes, ulong where, ulong value)
    {
        Accesses.Add((at, writes, where, value));
        if (Now - at >= completionTimeout)
            TimedOut++;
    }
}
