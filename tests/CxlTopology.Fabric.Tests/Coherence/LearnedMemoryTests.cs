using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A device that nobody has told where its memory is learns it from its decoders: when it serves an access, and from nothing else.</summary>
public sealed class LearnedMemoryTests
{
    private const ulong Line = CoherenceBench.Base + 0x4000;
    private readonly OneAtATimeAgent device = new();
    private readonly CoherenceBench bench;

    public LearnedMemoryTests() => bench = new CoherenceBench(
        new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) } },
        [new DeviceCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) }, BackInvalidate = true, LearnsMemory = true }],
        addAgents: b => device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device));

    private DeviceCoherence Coherence => bench.Devices[0].Coherence!;

    [Fact]
    public void LookAhead_AtALineOfADecoder_TeachesNothing()
    {
        Coherence.FetchFor(Line);

        Assert.Empty(Coherence.OwnMemory);
    }

    [Fact]
    public void Access_OfALineOfADecoder_TeachesItsRange()
    {
        device.Access(bench.Simulation, bench.Booted, Line, false);

        OwnMemoryRange learned = Assert.Single(Coherence.OwnMemory);
        Assert.Equal((CoherenceBench.Base, CoherenceBench.Size), (learned.Base.Value, learned.Size.Bytes));
    }

    [Fact]
    public void Access_OfALineThatWasAskedForBeforeItsDecoderCame_TeachesItsRange()
    {
        SimTime now = bench.ControlDecoder(bench.Booted, 0, 0);
        now = device.Access(bench.Simulation, now, Line, false);
        Assert.Empty(Coherence.OwnMemory);
        now = bench.ControlDecoder(now, 0, 0x200);

        device.Access(bench.Simulation, now, Line, true);

        Assert.Equal(AccessStatus.Ok, device.Status);
        Assert.Single(Coherence.OwnMemory);
    }
}
