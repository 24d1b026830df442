using CxlTopology.Simulation;

namespace CxlTopology.Software.Tests.Coherence;

/// <summary>Capability, control and status registers, with the accesses to them.</summary>
/// <param name="capability">The capability register.</param>
/// <param name="status">What the status register reads at a time.</param>
internal sealed class FakeCapability(uint capability, Func<SimTime, uint> status) : IMmioBus, ISoftwareClock
{
    public const ulong At = 0x1000;

    public uint Control { get; set; }

    public List<string> Accesses { get; } = [];

    public SimTime Now { get; private set; }

    public Task Wait(SimDuration delay)
    {
        Now += delay;
        return Task.CompletedTask;
    }

    public Task<ulong> ReadMmio(ulong address, int bytes = 4)
    {
        Accesses.Add(FormattableString.Invariant($"R {address - At:x}"));
        return Task.FromResult<ulong>((address - At) switch
        {
            0 => capability,
            4 => Control,
            _ => status(Now),
        });
    }

    public Task WriteMmio(ulong address, ulong value, int bytes = 4)
    {
        Accesses.Add(FormattableString.Invariant($"W {address - At:x}={value:x}"));
        Control = (uint)value;
        return Task.CompletedTask;
    }
}
