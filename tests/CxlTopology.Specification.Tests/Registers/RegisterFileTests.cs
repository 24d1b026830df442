using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification.Tests;

public sealed class RegisterFileTests
{
    private static readonly RegisterMap map = new("test", 0x10, "none");
    private static readonly Field<byte> readOnly = map.Field<byte>("RO", 0, 3, 0, RO, resetValue: 5);
    private static readonly Field<byte> fixedByHardware = map.Field<byte>("HwInit", 0, 7, 4, HwInit, resetValue: 6);
    private static readonly Field<byte> plain = map.Field<byte>("RW", 0, 11, 8, RW, resetValue: 1);
    private static readonly Field<byte> clearing = map.Field<byte>("RW1C", 0, 15, 12, RW1C);
    private static readonly Field<byte> lockable = map.Field<byte>("RWL", 0, 19, 16, RWL);
    private static readonly Field<byte> once = map.Field<byte>("RWO", 0, 23, 20, RWO);
    private static readonly Field<byte> sticky = map.Field<byte>("RWS", 4, 3, 0, RWS);
    private static readonly Field<byte> stickyClearing = map.Field<byte>("RW1CS", 4, 7, 4, RW1CS);
    private static readonly Field<byte> stickyReadOnly = map.Field<byte>("ROS", 4, 11, 8, ROS);
    private static readonly Field<ushort> half = map.Field<ushort>("half", 8, 31, 16, RW);
    private static readonly Field<uint> whole = map.Field<uint>("whole", 12, 31, 0, RW);

    [Fact]
    public void Read_Untouched_IsTheResetValue() => Assert.Equal(0x165u, new RegisterFile(map).Read(0));

    [Fact]
    public void Write_AllOnes_ChangesWhatSoftwareMay()
    {
        RegisterFile file = new(map);
        file.Set(clearing, (byte)0xA);
        file.Write(0, uint.MaxValue);
        Assert.Equal(0x00FF_0F65u, file.Read(0));
    }

    [Fact]
    public void Write_OneToClear_ClearsOnlyTheOnesWritten()
    {
        RegisterFile file = new(map);
        file.Set(clearing, (byte)0xF);
        file.Write(0, 0x5000);
        Assert.Equal(0xA, file.Get(clearing));
    }

    [Fact]
    public void Write_Locked_LeavesLockableFieldsAlone()
    {
        RegisterFile file = new(map);
        file.Write(0, 0x0003_0200, locked: true);
        Assert.Equal(0, file.Get(lockable));
        Assert.Equal(2, file.Get(plain));
    }

    [Fact]
    public void Write_Once_KeepsTheOnes()
    {
        RegisterFile file = new(map);
        file.Write(0, 0x0010_0000);
        file.Write(0, 0x0020_0000);
        Assert.Equal(3, file.Get(once));
        file.Reset();
        Assert.Equal(0, file.Get(once));
    }

    [Fact]
    public void Set_HasNoRules()
    {
        RegisterFile file = new(map);
        file.Set(readOnly, (byte)1);
        file.Set(fixedByHardware, (byte)2);
        Assert.Equal(0x121u, file.Read(0));
    }

    [Fact]
    public void Set_ValueTooWide_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new RegisterFile(map).Set(plain, (byte)16));

    [Fact]
    public void GetAndSet_EveryWidth_RoundTrip()
    {
        RegisterFile file = new(map);
        file.Set(half, (ushort)0xBEEF);
        file.Set(whole, 0xDEADBEEF);
        Assert.Equal((ushort)0xBEEF, file.Get(half));
        Assert.Equal(0xBEEF_0000u, file.Read(8));
        Assert.Equal(0xDEADBEEF, file.Get(whole));
    }

    [Fact]
    public void Reset_Hot_KeepsStickyFieldsOnly()
    {
        RegisterFile file = new(map);
        file.Write(4, 0x3);
        file.Set(stickyClearing, (byte)4);
        file.Set(stickyReadOnly, (byte)5);
        file.Set(plain, (byte)7);
        file.Reset(keepSticky: true);
        Assert.Equal((0x543u, 0x165u), (file.Read(4), file.Read(0)));
        Assert.Equal(3, file.Get(sticky));
        file.Reset();
        Assert.Equal(0u, file.Read(4));
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(2)]
    [InlineData(0x10)]
    public void ReadAndWrite_NotARegister_Throw(int offset)
    {
        RegisterFile file = new(map);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(offset));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Write(offset, 0));
    }

    [Fact]
    public void Get_FieldOfAnotherMap_Throws() =>
        Assert.Throws<ArgumentException>(() => new RegisterFile(map).Get(HdmCapabilityRegisters.DecoderCount));

    [Fact]
    public void Snapshot_AsInitialValues_IsSharedAndComesBackOnReset()
    {
        RegisterFile prepared = new(map);
        prepared.Set(fixedByHardware, (byte)9);
        uint[] image = prepared.Snapshot();
        RegisterFile file = new(map, image);
        file.Write(0, 0);
        Assert.Equal(0x95u, file.Read(0));
        file.Reset();
        Assert.Equal(0x195u, file.Read(0));
        Assert.Equal(0x195u, image[0]);
    }

    [Fact]
    public void Constructor_ImageOfAnotherLength_IsRefused() => Assert.Throws<ArgumentException>(() => new RegisterFile(map, [1, 2, 3]));

    [Fact]
    public void Write_AfterTheFirst_AllocatesNothing()
    {
        RegisterFile file = new(map);
        file.Write(12, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 0; i < 1000; i++)
            file.Write(12, i, locked: true);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Write_ThatChangesNothing_TakesNoMemory()
    {
        RegisterFile file = new(map);
        file.Write(12, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        file.Write(0, 0x0000_0100);
        file.Write(12, 0);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
