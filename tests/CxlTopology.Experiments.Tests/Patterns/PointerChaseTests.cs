using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Experiments.Tests;

public sealed class PointerChaseTests
{
    [Fact]
    public void Permutation_AnyLengthAndSeed_IsABijection() =>
        Prop.ForAll(Gen.Choose(1, 3000).Zip(ArbMap.Default.GeneratorFor<ulong>()).ToArbitrary(), pair =>
        {
            (int length, ulong seed) = pair;
            var order = new KeyedPermutation((ulong)length, new RandomStream(seed, "test"));
            var seen = new bool[length];
            for (int i = 0; i < length; i++)
                seen[order[(ulong)i]] = true;
            return seen.All(hit => hit);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Chase_AnyRegion_VisitsEachLineOnceARoundAndRepeatsTheRound() =>
        Prop.ForAll(Gen.Choose(64, 100_000).Zip(ArbMap.Default.GeneratorFor<ulong>()).ToArbitrary(), pair =>
        {
            (int bytes, ulong seed) = pair;
            int lines = bytes / 64;
            var chase = new PointerChasePattern(new PatternSettings { RegionSize = new ByteSize((ulong)bytes), Seed = seed });
            List<ulong> first = Drain.Take(chase, lines).ConvertAll(access => access.Offset);
            List<ulong> second = Drain.Take(chase, lines).ConvertAll(access => access.Offset);
            return chase.RoundLength == (ulong)lines
                && first.Distinct().Count() == lines
                && first.All(offset => offset % 64 == 0 && offset < (ulong)(lines * 64))
                && first.SequenceEqual(second);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Chase_OfEightBytes_ReadsTheHeadOfEachLine()
    {
        var chase = new PointerChasePattern(new PatternSettings { RegionSize = ByteSize.KiB(4), AccessBytes = 8, Count = 64 });
        List<Access> accesses = Drain.All(chase);

        Assert.Equal(64, accesses.Select(access => access.Offset / 64).Distinct().Count());
        Assert.All(accesses, access => Assert.Equal((0UL, 8), (access.Offset % 64, access.Bytes)));
    }

    [Fact]
    public void Chase_OfBursts_VisitsEachBurstOnce()
    {
        var chase = new PointerChasePattern(new PatternSettings { RegionSize = ByteSize.KiB(64), AccessBytes = 4096, Count = 16 });

        Assert.Equal(16, Drain.All(chase).Select(access => access.Offset).Distinct().Count());
    }

    [Fact]
    public void Chase_RegionShorterThanALine_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new PointerChasePattern(new PatternSettings { RegionSize = new ByteSize(32), AccessBytes = 8 }));

    [Fact]
    public void Chase_ThroughAMebibyte_HasFewNeighboursInSequence()
    {
        List<Access> accesses = Drain.Take(new PointerChasePattern(new PatternSettings { RegionSize = ByteSize.MiB(1) }), 16_384);
        int neighbours = accesses.Zip(accesses.Skip(1)).Count(pair => pair.First.Offset + 64 == pair.Second.Offset);

        Assert.InRange(neighbours, 0, 10);
    }

    [Fact]
    public void Permutation_OfTheLargestLength_AnswersWithinIt()
    {
        var order = new KeyedPermutation(1UL << 62, new RandomStream(1, "test"));

        Assert.True(order[(1UL << 62) - 1] < 1UL << 62);
        Assert.Throws<ArgumentOutOfRangeException>(() => order[1UL << 62]);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData((1UL << 62) + 1)]
    public void Permutation_LengthOutsideItsRange_IsRefused(ulong length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyedPermutation(length, new RandomStream(1, "test")));
}
