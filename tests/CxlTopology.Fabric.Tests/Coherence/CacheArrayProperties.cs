using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Fabric.Tests;

/// <summary>A cache's frames do what frames of separate fields, looked through one by one, would.</summary>
public sealed class CacheArrayProperties
{
    [Theory]
    [InlineData(ReplacementPolicy.Lru, 4, 4)]
    [InlineData(ReplacementPolicy.Lru, 3, 5)]
    [InlineData(ReplacementPolicy.Fifo, 2, 16)]
    [InlineData(ReplacementPolicy.Random, 1, 8)]
    [InlineData(ReplacementPolicy.Random, 4, 3)]
    public void Cache_AfterAnySteps_IsAsThePlainOne(ReplacementPolicy policy, int sets, int ways)
    {
        Prop.ForAll<(byte Line, byte Step)[]>(steps =>
        {
            var cache = new CacheArray(new CacheOptions { Size = new ByteSize(64 * (ulong)(sets * ways)), Ways = ways, Policy = policy });
            var plain = new PlainCache(policy, sets, ways);
            foreach ((byte number, byte step) in steps)
            {
                ulong line = 0x7_FFFF_FFFF_0000UL + 64UL * (uint)(number % 64);
                int frame = cache.Find(line);
                if (frame != plain.Find(line))
                    return false;
                switch (step % 6)
                {
                    case 0 or 1 when frame < 0:
                        int chosen = cache.Choose(line);
                        if (chosen != plain.Choose(line))
                            return false;
                        if (chosen < 0)
                            break;
                        // As the engines do it: put in without a state first.
                        cache.Install(chosen, line, step % 4 == 0 ? LineState.Invalid : LineState.Shared);
                        plain.Install(chosen, line, step % 4 == 0 ? LineState.Invalid : LineState.Shared);
                        cache.State(chosen) = plain.States[chosen] = LineState.Exclusive;
                        break;
                    case 2 when frame >= 0:
                        cache.Touch(frame);
                        plain.Touch(frame);
                        break;
                    case 3 when frame >= 0:
                        cache.State(frame) = plain.States[frame] = (LineState)(step / 6 % 4);
                        break;
                    case 4 when frame >= 0:
                        cache.Locked(frame) = plain.Locked[frame] = step / 6 % 2 == 0;
                        break;
                    case 5 when frame >= 0:
                        cache.Poisoned(frame) = plain.Poisoned[frame] = step / 6 % 2 == 0;
                        break;
                }
            }

            return IsAs(cache, plain);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Find_OfALineThatGetsItsStateLater_FindsIt()
    {
        var cache = new CacheArray(new CacheOptions { Size = new ByteSize(128), Ways = 2 });
        int frame = cache.Choose(0x40);
        cache.Install(frame, 0x40, LineState.Invalid);
        int before = cache.Find(0x40);

        cache.State(frame) = LineState.Modified;

        Assert.Equal((-1, frame), (before, cache.Find(0x40)));
    }

    [Fact]
    public void Digest_OfACache_IsThatOfItsLines()
    {
        var cache = new CacheArray(new CacheOptions { Size = new ByteSize(512), Ways = 4 });
        foreach (ulong line in new ulong[] { 0x40, 0x1000, 0x2080 })
            cache.Install(cache.Choose(line), line, LineState.Shared);
        var expected = default(RunDigest);
        foreach ((ulong line, LineState state) in cache.Lines())
            expected.Add(line | (ulong)state);
        var actual = default(RunDigest);

        cache.AppendState(ref actual);

        Assert.Equal(expected.Value, actual.Value);
        Assert.Equal(3, cache.Lines().Count());
    }

    private static bool IsAs(CacheArray cache, PlainCache plain)
    {
        for (int frame = 0; frame < cache.Frames; frame++)
        {
            if (cache.State(frame) != plain.States[frame] || cache.Locked(frame) != plain.Locked[frame] || cache.Poisoned(frame) != plain.Poisoned[frame] || cache.Line(frame) != plain.Tags[frame])
                return false;
        }

        return true;
    }
}
