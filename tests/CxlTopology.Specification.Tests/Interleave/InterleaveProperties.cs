using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class InterleaveProperties
{
    [Fact]
    public void HostOffset_ToDeviceAndBack_IsTheIdentity() =>
        Prop.ForAll(
            Pair.ToArbitrary(),
            x => x.Interleave.HostOffsetOf(x.Interleave.PositionOf(x.Word), x.Interleave.DeviceOffsetOf(x.Word)) == x.Word)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void DeviceOffset_ToHostAndBack_IsTheIdentity() =>
        Prop.ForAll(
            Pair.ToArbitrary(),
            x =>
            {
                ulong device = x.Word >> 4;
                int position = (int)(x.Word % (ulong)x.Interleave.Ways);
                ulong host = x.Interleave.HostOffsetOf(position, device);
                return x.Interleave.PositionOf(host) == position && x.Interleave.DeviceOffsetOf(host) == device;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void EveryInterleave_OverTwoRounds_IsABijection()
    {
        foreach (Interleave interleave in LegalInterleaves.All)
        {
            int granules = 2 * interleave.Ways;
            var seen = new HashSet<(int, ulong)>();
            for (int i = 0; i < granules; i++)
            {
                ulong offset = (ulong)i * (ulong)interleave.Granularity;
                ulong device = interleave.DeviceOffsetOf(offset);
                Assert.True(device < 2 * (ulong)interleave.Granularity);
                Assert.True(seen.Add((interleave.PositionOf(offset), device)));
            }
        }
    }

    [Fact]
    public void TargetOf_IsTheGranuleModuloTheWays() =>
        Prop.ForAll(
            Pair.ToArbitrary(),
            x => (ulong)x.Interleave.TargetOf(x.Word) == x.Word / (ulong)x.Interleave.Granularity % (ulong)x.Interleave.Ways)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void DeviceOffsetOf_IsTheRoundAndTheOffsetInTheGranule() =>
        Prop.ForAll(
            Pair.ToArbitrary(),
            x =>
            {
                ulong granularity = (ulong)x.Interleave.Granularity;
                ulong round = x.Word / granularity / (ulong)x.Interleave.Ways;
                return x.Interleave.DeviceOffsetOf(x.Word) == (round * granularity) + (x.Word % granularity);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void TargetOf_AboveAnAlignedBase_IsThePosition() =>
        Prop.ForAll(
            Pair.ToArbitrary(),
            x =>
            {
                ulong round = (ulong)x.Interleave.Ways * (ulong)x.Interleave.Granularity;
                ulong first = x.Word / 2 / round * round;
                ulong offset = x.Word / 2;
                return x.Interleave.TargetOf(first + offset) == x.Interleave.PositionOf(offset);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void LinesOf_EveryTarget_PartitionsThePageAsTargetOfSays() =>
        Prop.ForAll(
            Pair.ToArbitrary(),
            x =>
            {
                ulong page = x.Word & ~0xFFFUL;
                ulong all = 0;
                for (int target = 0; target < x.Interleave.Ways; target++)
                {
                    ulong lines = x.Interleave.LinesOf(target, page);
                    Assert.Equal(0UL, all & lines);
                    all |= lines;
                    for (int line = 0; line < 64; line++)
                        Assert.Equal(x.Interleave.TargetOf(page + ((ulong)line * 64)) == target, (lines >> line & 1) == 1);
                }

                return all == ulong.MaxValue;
            })
            .QuickCheckThrowOnFailure();

    private static Gen<(Interleave Interleave, ulong Word)> Pair { get; } =
        from interleave in LegalInterleaves.Any
        from word in LegalInterleaves.Word
        select (interleave, word);
}
