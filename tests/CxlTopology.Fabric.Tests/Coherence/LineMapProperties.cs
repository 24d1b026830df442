using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Fabric.Tests;

/// <summary>The tables of the coherence engines hold what a plain dictionary would.</summary>
public sealed class LineMapProperties
{
    [Fact]
    public void Map_AfterAnySetsAndRemoves_HoldsWhatADictionaryHolds()
    {
        Prop.ForAll<(byte Line, bool Removes)[]>(steps =>
        {
            var map = new LineMap();
            var expected = new Dictionary<ulong, int>();
            for (int i = 0; i < steps.Length; i++)
            {
                ulong line = steps[i].Line * 64UL;
                if (steps[i].Removes)
                {
                    map.Remove(line);
                    expected.Remove(line);
                }
                else
                {
                    map.Set(line, i);
                    expected[line] = i;
                }
            }

            bool same = true;
            for (ulong line = 0; line < 256 * 64; line += 64)
                same &= map.Find(line) == expected.GetValueOrDefault(line, -1);
            return same;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Directory_AfterAnyChanges_HoldsWhatADictionaryHolds()
    {
        Prop.ForAll<(byte Line, ushort Sharers)[]>(steps =>
        {
            var directory = new LineDirectory();
            var expected = new Dictionary<ulong, ushort>();
            foreach ((byte number, ushort sharers) in steps)
            {
                ushort set = number % 3 == 0 ? (ushort)0 : sharers;
                directory.Set(number * 64UL, new DirectoryEntry { Owner = -1, Sharers = set });
                if (set == 0)
                    expected.Remove(number * 64UL);
                else
                    expected[number * 64UL] = set;
            }

            return directory.Count == expected.Count
                && directory.All.OrderBy(e => e.Line).Select(e => (e.Line, e.Entry.Sharers)).SequenceEqual(expected.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(ReplacementPolicy.Lru, 0x00)]
    [InlineData(ReplacementPolicy.Fifo, 0x40)]
    public void Choose_InAFullSet_TakesTheVictimOfThePolicy(ReplacementPolicy policy, ulong kept)
    {
        var cache = new CacheArray(new CacheOptions { Size = new ByteSize(128), Ways = 2, Policy = policy });
        cache.Install(cache.Choose(0), 0, LineState.Shared);
        cache.Install(cache.Choose(0x40), 0x40, LineState.Shared);
        cache.Touch(cache.Find(0));

        cache.Install(cache.Choose(0x80), 0x80, LineState.Shared);

        Assert.True(cache.Find(kept) >= 0);
        Assert.Equal(2, cache.Lines().Count());
    }

    [Fact]
    public void Choose_WithEveryFrameLocked_FindsNone()
    {
        var cache = new CacheArray(new CacheOptions { Size = new ByteSize(64), Ways = 1 });
        cache.Install(cache.Choose(0), 0, LineState.Modified);
        cache.Locked(0) = true;

        Assert.Equal(-1, cache.Choose(0x40));
    }

    [Fact]
    public void Choose_OfTheRandomPolicy_FindsAFrameWheneverOneIsFree()
    {
        var cache = new CacheArray(new CacheOptions { Size = new ByteSize(256), Ways = 4, Policy = ReplacementPolicy.Random });
        for (ulong line = 0; line < 256; line += 64)
            cache.Install(cache.Choose(line), line, LineState.Shared);
        for (int frame = 0; frame < 4; frame++)
            cache.Locked(frame) = frame != 2;

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(2, cache.Choose(0x1000)));
        cache.Locked(2) = true;
        Assert.Equal(-1, cache.Choose(0x1000));
        cache.State(1) = LineState.Invalid;
        Assert.Equal(1, cache.Choose(0x1000));
    }
}
