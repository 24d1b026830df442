using static CxlTopology.Specification.Tests.SampleLayout;

namespace CxlTopology.Specification.Tests;

public sealed class RegisterBankTests
{
    private readonly RegisterBank bank = new(Layout);

    [Theory]
    [InlineData(0x10, 1, 0x5AUL)]
    [InlineData(0x11, 1, 0x07UL)]
    [InlineData(0x10, 2, 0x075AUL)]
    [InlineData(0x12, 2, 0UL)]
    [InlineData(0x10, 4, 0x0000_075AUL)]
    [InlineData(0x10, 8, 0x0000_075AUL)]
    [InlineData(0x40, 8, 0x1234UL)]
    [InlineData(0x00, 8, 0UL)]
    [InlineData(0x60, 4, 0UL)]
    public void Read_EverySize_GivesTheBytes(int offset, int size, ulong expected) => Assert.Equal(expected, bank.Read(offset, size));

    [Theory]
    [InlineData(0x11, 2)]
    [InlineData(0x12, 4)]
    [InlineData(0x14, 8)]
    [InlineData(0x80, 1)]
    [InlineData(-4, 4)]
    [InlineData(0x10, 3)]
    [InlineData(0x10, 16)]
    public void Access_NotNaturalOrOutside_IsRefused(int offset, int size)
    {
        Assert.False(Layout.Accepts(offset, size));
        Assert.Throws<ArgumentOutOfRangeException>(() => bank.Read(offset, size));
        Assert.Throws<ArgumentOutOfRangeException>(() => bank.Write(offset, size, 0));
    }

    [Fact]
    public void Write_EightBytes_GoesToBothRegistersUnderTheirRules()
    {
        bank.Write(0x10, 8, ulong.MaxValue);
        Assert.Equal(0x0000_FF01_FF00_FF5AUL, bank.Read(0x10, 8));
    }

    [Fact]
    public void Write_OneByte_ClearsOnlyWhatIsInIt()
    {
        bank.Set(Block, Clearing, (byte)0xFF);
        bank.Write(0x10, 2, 0xFFFF);
        Assert.Equal(0xFF, bank.Get(Block, Clearing));
        bank.Write(0x12, 1, 0x0F);
        Assert.Equal(0xF0, bank.Get(Block, Clearing));
    }

    [Fact]
    public void WriteBytes_Disabled_LeavesWriteOnceAndPlainAlone()
    {
        bank.WriteBytes(0x10, ulong.MaxValue, 0b0001_0001);
        Assert.Equal((7, 0), (bank.Get(Block, Plain), bank.Get(Block, Once)));
        Assert.True(bank.Get(Block, LockBit));
        bank.WriteBytes(0x14, 0xFF00, 0b0010);
        Assert.Equal(0xFF, bank.Get(Block, Once));
    }

    [Fact]
    public void WriteBytes_AllDisabled_ChangesNothing()
    {
        Assert.False(bank.WriteBytes(0x10, ulong.MaxValue, 0).ChangedAnything);
        Assert.False(bank.Touched);
    }

    [Fact]
    public void Write_OnceLocked_LeavesTheBlocksLockableFieldsAlone()
    {
        bank.Write(0x18, 4, 0x1111);
        bank.Write(0x14, 1, 1);
        bank.Write(0x18, 4, 0x2222);
        bank.Write(0x10, 4, 0xFF00_3300);
        Assert.Equal((0x1111u, 0, 0x33), (bank.Get(Block, LockableHigh), bank.Get(Block, Lockable), bank.Get(Block, Plain)));
    }

    [Fact]
    public void Write_Reserved_HasNoEffect()
    {
        bank.Write(0x00, 8, ulong.MaxValue);
        bank.Write(0x1C, 4, ulong.MaxValue);
        bank.Write(0x60, 8, ulong.MaxValue);
        Assert.False(bank.Touched);
    }

    [Fact]
    public void Write_Request_ReadsZeroAndIsSeenInTheWrite()
    {
        RegisterWrite write = bank.Write(0x17, 1, 0x80);
        Assert.True(write.WroteOne(Block, Request));
        Assert.False(bank.Get(Block, Request));
        Assert.False(write.Wrote(Block, LockBit));
        Assert.False(bank.Write(0x14, 4, 0).WroteOne(Block, Request));
    }

    [Fact]
    public void Write_EightBytes_TellsOfBothRegisters()
    {
        RegisterWrite write = bank.Write(0x10, 8, 0x0000_0101_AA00_0000);
        Assert.True(write.Changed(Block, Lockable) && write.Changed(Block, LockBit) && write.Changed(Block, Once));
        Assert.True(write.Changed(Block, Plain));
        Assert.False(write.Changed(Block, ReadOnly));
        Assert.False(write.Wrote(Block, LockableHigh));
        Assert.Equal((0xAA, 1), (write.Written(Block, Lockable), write.Written(Block, Once)));
    }

    [Fact]
    public void View_FieldOfAnotherBlock_Throws()
    {
        Assert.Equal(0x1234, bank[Function].Get(Identity));
        Assert.Throws<ArgumentException>(() => bank[Block].Get(Identity));
    }

    [Fact]
    public void View_Words_AreTheModelsAndKeepReservedBitsZero()
    {
        RegisterView view = bank[Block];
        view.SetWord(0x4, uint.MaxValue);
        Assert.Equal(0x8000_FF01u, view.Word(0x4));
        view.SetWord(0x10, uint.MaxValue);
        Assert.Equal(0u, view.Word(0x10));
    }

    [Fact]
    public void Own_Values_AreReadWithoutMemoryAndComeBackOnReset()
    {
        RegisterBank mine = new(Layout, InitialValue.Of(Function, Identity, (ushort)0xBEEF));
        Assert.Equal(0xBEEFUL, mine.Read(0x40, 4));
        Assert.False(mine.Touched);
        mine.Set(Function, Identity, (ushort)1);
        mine.Reset(ResetKind.Cold);
        Assert.Equal((0xBEEFUL, 0x1234UL), (mine.Read(0x40, 2), bank.Read(0x40, 2)));
    }

    [Fact]
    public void Own_ValueWithoutField_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new RegisterBank(Layout, new InitialValue(0x40, 0x1_0000, 0)));
        Assert.Throws<ArgumentException>(() => new RegisterBank(Layout, new InitialValue(0x80, 1, 1)));
    }

    [Fact]
    public void SnapshotAndRestore_GiveTheSameRegisters()
    {
        bank.Write(0x10, 8, 0x12_3456_789A);
        RegisterBank other = new(Layout);
        other.Restore(bank.Snapshot());
        Assert.Equal(bank.Snapshot(), other.Snapshot());
        Assert.Equal(Layout.RegisterCount, other.Snapshot().Length);
        other.Restore(new RegisterBank(Layout).Snapshot());
        Assert.Equal(0x075AUL, other.Read(0x10, 8));
        Assert.Throws<ArgumentException>(() => other.Restore([1]));
    }

    [Fact]
    public void Access_AfterTheFirstDifference_AllocatesNothing()
    {
        bank.Write(0x10, 4, 0x0200);
        ulong sum = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 1000; i++)
        {
            sum += bank.Write(0x10, 8, i).After + bank.Read(0x10, 2);
            bank[Block].Set(StickyReadOnly, (byte)i);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.NotEqual(0UL, sum);
    }
}
