using static CxlTopology.Specification.Tests.SampleLayout;

namespace CxlTopology.Specification.Tests;

public sealed class ResetTests
{
    private readonly RegisterBank bank = new(Layout);

    public ResetTests()
    {
        bank.Write(0x18, 4, 0x1111);
        bank.Write(0x10, 4, 0x2200_3300);
        bank.Write(0x14, 4, 0x0000_4401);
        bank.Write(0x24, 4, 0x55);
        bank.Set(Block, StickyClearing, (byte)0x66);
        bank.Set(Block, StickyReadOnly, (byte)0x77);
        bank.Write(0x44, 4, 0x8888_0000);
    }

    [Fact]
    public void Cold_LeavesNothing()
    {
        bank.Reset(ResetKind.Cold);
        Assert.Equal(new RegisterBank(Layout).Snapshot(), bank.Snapshot());
    }

    [Theory]
    [InlineData(ResetKind.Warm)]
    [InlineData(ResetKind.Hot)]
    public void Conventional_KeepsStickyFieldsAndNoLock(ResetKind kind)
    {
        bank.Reset(kind);
        Assert.Equal(0x0077_6655UL, bank.Read(0x24, 4));
        Assert.Equal((0x075AUL, 0UL, 0UL), (bank.Read(0x10, 8), bank.Read(0x18, 4), bank.Read(0x44, 4)));
    }

    [Fact]
    public void Function_LeavesCxlBlocksAlone()
    {
        bank.Reset(ResetKind.Function);
        Assert.Equal(0x0000_4401_2200_335AUL, bank.Read(0x10, 8));
        Assert.Equal(0UL, bank.Read(0x44, 4));
    }

    [Fact]
    public void Cxl_Locked_KeepsTheLockAndWhatItHolds()
    {
        bank.Reset(ResetKind.Cxl);
        Assert.Equal(0x0000_4401_2200_075AUL, bank.Read(0x10, 8));
        Assert.Equal(0x1111UL, bank.Read(0x18, 4));
        Assert.Equal(0x0077_6655UL, bank.Read(0x24, 4));
    }

    [Fact]
    public void Cxl_Unlocked_ReturnsLockableFields()
    {
        bank.Set(Block, LockBit, false);
        bank.Reset(ResetKind.Cxl);
        Assert.Equal(0x0000_4400_0000_075AUL, bank.Read(0x10, 8));
        Assert.Equal(0UL, bank.Read(0x18, 4));
    }

    [Fact]
    public void Untouched_StaysWithoutMemory()
    {
        RegisterBank other = new(Layout);
        other.Reset(ResetKind.Hot);
        Assert.False(other.Touched);
    }

    [Fact]
    public void Rules_HaveEveryClassAndKind()
    {
        foreach (ResetClass block in Enum.GetValues<ResetClass>())
        {
            Assert.Equal(ResetEffect.Initial, ResetRules.EffectOf(block, ResetKind.Cold));
            foreach (ResetKind kind in new[] { ResetKind.Warm, ResetKind.Hot })
                Assert.Equal(ResetEffect.Initial | ResetEffect.KeepSticky, ResetRules.EffectOf(block, kind));
        }

        Assert.Equal(ResetEffect.None, ResetRules.EffectOf(ResetClass.HdmDecoder, ResetKind.Function));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResetRules.EffectOf((ResetClass)5, ResetKind.Cold));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResetRules.EffectOf(ResetClass.Function, (ResetKind)5));
    }
}
