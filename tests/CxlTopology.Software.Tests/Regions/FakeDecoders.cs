using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Regions;

/// <summary>HDM decoders as plain registers, with a log of what was asked of them; a commit ends as the test says, and time passes only when it is waited for.</summary>
internal sealed class FakeDecoders : IMmioBus, ISoftwareClock
{
    private readonly Dictionary<ulong, uint> words = [];

    /// <summary>Accesses: <c>R 10</c>, <c>W 14=10</c>, hexadecimal, by address.</summary>
    public List<string> Accesses { get; } = [];

    /// <summary>What control reads after COMMIT was written: bits to set, by the address of control. Committed unless stated.</summary>
    public Dictionary<ulong, uint> Outcomes { get; } = [];

    public SimTime Now { get; private set; }

    public Task Wait(SimDuration delay)
    {
        Now += delay;
        return Task.CompletedTask;
    }

    public Task<ulong> ReadMmio(ulong address, int bytes = 4)
    {
        Assert.Equal(4, bytes);
        Accesses.Add($"R {address:x}");
        return Task.FromResult((ulong)words.GetValueOrDefault(address));
    }

    public Task WriteMmio(ulong address, ulong value, int bytes = 4)
    {
        Assert.Equal(4, bytes);
        Accesses.Add($"W {address:x}={value:x}");
        bool isControl = (address - HdmCapabilityRegisters.FirstDecoder) % HdmCapabilityRegisters.DecoderLength == HdmDecoderRegisters.ControlOffset;
        uint word = (uint)value & (isControl ? ~0xC00u : uint.MaxValue);
        words[address] = isControl && (value & 0x200) != 0 ? word | Outcomes.GetValueOrDefault(address, 0x400u) : word;
        return Task.CompletedTask;
    }
}
