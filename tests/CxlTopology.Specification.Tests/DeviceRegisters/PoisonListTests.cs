using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class PoisonListTests
{
    private readonly byte[] output = new byte[2048];

    [Fact]
    public void TryAdd_Overlapping_AddsWhatIsNotOnItYet()
    {
        PoisonList list = new(8);
        Assert.True(list.TryAdd(new Dpa(0x100), 2, PoisonSource.Internal, 0));
        Assert.True(list.TryAdd(new Dpa(0x0C0), 6, PoisonSource.External, 0));
        Assert.Equal(
            [new(new Dpa(0x0C0), 1, PoisonSource.External), new(new Dpa(0x100), 2, PoisonSource.Internal), new(new Dpa(0x180), 3, PoisonSource.External)],
            Records(list));
    }

    [Fact]
    public void TryAdd_BeyondTheLimit_Overflows()
    {
        PoisonList list = new(2);
        Assert.True(list.TryAdd(new Dpa(0), 1, PoisonSource.Internal, 0));
        Assert.True(list.TryAdd(new Dpa(0x80), 1, PoisonSource.Internal, 0));
        Assert.False(list.TryAdd(new Dpa(0x100), 1, PoisonSource.Internal, 77));
        (int length, _) = list.Write(new Dpa(0), 100, 0, output, out _);
        Assert.Equal(2, PoisonList.ReadAnswer(output.AsSpan(0, length), out bool more, out bool overflowed).Count);
        Assert.Equal((false, true, (byte)77), (more, overflowed, output[2]));
        Assert.True(list.Remove(new Dpa(0), 0));
        Assert.False(list.Overflowed);
    }

    [Fact]
    public void Remove_InTheMiddle_SplitsTheEntry()
    {
        PoisonList list = new(2);
        list.TryAdd(new Dpa(0), 4, PoisonSource.Internal, 0);
        Assert.True(list.Remove(new Dpa(0x40), 0));
        Assert.Equal([new(new Dpa(0), 1, PoisonSource.Internal), new(new Dpa(0x80), 2, PoisonSource.Internal)], Records(list));
        Assert.False(list.Remove(new Dpa(0x40), 0));
    }

    [Fact]
    public void Remove_InTheMiddleOfAFullList_OverflowsInsteadOfGrowing()
    {
        PoisonList list = new(1);
        list.TryAdd(new Dpa(0), 4, PoisonSource.Internal, 0);
        Assert.True(list.Remove(new Dpa(0x40), 5));
        Assert.Equal((1, true), (list.Count, list.Overflowed));
    }

    [Fact]
    public void Write_LittleRoom_SaysThereIsMore()
    {
        PoisonList list = new(100);
        for (ulong i = 0; i < 20; i++)
            list.TryAdd(new Dpa(i * 0x80), 1, PoisonSource.Injected, 0);
        (int length, bool more) = list.Write(new Dpa(0), 1000, 0, output.AsSpan(0, 256), out int written);
        Assert.Equal((256, true, 14), (length, more, written));
        (length, more) = list.Write(new Dpa(0), 1000, written, output.AsSpan(0, 256), out written);
        Assert.Equal((32 + (6 * 16), false, 6), (length, more, written));
    }

    [Fact]
    public void Write_PartOfAnEntry_IsCutToTheQuestion()
    {
        PoisonList list = new(4);
        list.TryAdd(new Dpa(0x1000), 64, PoisonSource.Internal, 0);
        (int length, _) = list.Write(new Dpa(0x1040), 2, 0, output, out _);
        Assert.Equal([new(new Dpa(0x1040), 2, PoisonSource.Internal)], PoisonList.ReadAnswer(output.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void ReadAnswer_TooShort_Throws()
    {
        output[10] = 1;
        Assert.Throws<ArgumentException>(() => PoisonList.ReadAnswer(output.AsSpan(0, 40), out _, out _));
        Assert.Throws<ArgumentException>(() => PoisonList.ReadAnswer(output.AsSpan(0, 8), out _, out _));
    }

    [Fact]
    public void AddAndRemove_Random_IsASetOfLines()
    {
        Gen<(int, int, bool)> step =
            from line in Gen.Choose(0, 40)
            from count in Gen.Choose(1, 9)
            from add in Gen.Elements(true, true, false)
            select (line, count, add);
        Prop.ForAll(step.ListOf().ToArbitrary(), steps =>
        {
            PoisonList list = new(1000);
            HashSet<int> expected = [];
            foreach ((int line, int count, bool add) in steps)
            {
                if (add)
                {
                    list.TryAdd(new Dpa((ulong)line * 64), (uint)count, PoisonSource.Internal, 0);
                    expected.UnionWith(Enumerable.Range(line, count));
                }
                else if (list.Remove(new Dpa((ulong)line * 64), 0) != expected.Remove(line))
                {
                    return false;
                }
            }

            return Enumerable.Range(0, 60).All(line => list.Contains(new Dpa((ulong)line * 64)) == expected.Contains(line));
        }).QuickCheckThrowOnFailure();
    }

    private IReadOnlyList<PoisonRecord> Records(PoisonList list)
    {
        (int length, _) = list.Write(new Dpa(0), 1000, 0, output, out _);
        return PoisonList.ReadAnswer(output.AsSpan(0, length), out _, out _);
    }
}
