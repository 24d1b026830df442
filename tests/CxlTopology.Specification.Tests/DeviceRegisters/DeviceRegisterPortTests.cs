namespace CxlTopology.Specification.Tests;

public sealed class DeviceRegisterPortTests
{
    private readonly DeviceRegisterPort port = new(
        DeviceRegisterLayout.For(), new MemoryDeviceMailbox(new MemoryDeviceOptions { TotalCapacity = ByteSize.GiB(4), EventLogSize = 4 }));

    [Fact]
    public void Array_LeadsToEveryBlock()
    {
        Assert.Equal(0x0000_0003_0101_0000UL, port.Read(0, 8));
        Assert.Equal((0x1_0001UL, 0x80UL, 8UL), (port.Read(0x10, 4), port.Read(0x14, 4), port.Read(0x18, 4)));
        Assert.Equal((0x1_0002UL, 0x88UL, 0x820UL), (port.Read(0x20, 4), port.Read(0x24, 4), port.Read(0x28, 4)));
        Assert.Equal((0x1_4000UL, 0x8A8UL, 8UL), (port.Read(0x30, 4), port.Read(0x34, 4), port.Read(0x38, 4)));
        Assert.Equal(11UL, port.Read(0x88, 4) & 0x1F);
    }

    [Fact]
    public void Command_RungAndCompleted_Answers()
    {
        port.Write(0x90, 8, 0x4000);
        Assert.True(port.Write(0x8C, 4, 1));
        Assert.Equal((true, (ushort)0x4000), (port.Executing, port.Opcode));
        MailboxResult result = port.Complete(0);
        Assert.Equal(MailboxReturnCode.Success, result.Code);
        Assert.Equal((0UL, 0UL), (port.Read(0x8C, 4), port.Read(0x98, 8)));
        Assert.Equal(0x43_4000UL, port.Read(0x90, 8));
        Assert.Equal(port.Mailbox.Identity, IdentifyMemoryDevice.Read(port.Payload));
        Assert.Equal(16UL, port.Read(0xA8 + 0x10, 8));
    }

    [Fact]
    public void Command_Failing_GivesItsReturnCodeAndNoPayload()
    {
        port.Write(0x90, 8, (9UL << 16) | 0x4300);
        port.Write(0x8C, 4, 1);
        port.Complete(0);
        Assert.Equal(0x0016_0000_0000UL, port.Read(0x98, 8));
        Assert.Equal(0x4300UL, port.Read(0x90, 8));
    }

    [Fact]
    public void Write_WhileExecuting_HasNoEffect()
    {
        port.Write(0xA8, 8, 0x1122);
        port.Write(0x90, 8, (8UL << 16) | 0x4301);
        port.Write(0x8C, 4, 1);
        port.Write(0xA8, 8, 0x40);
        port.Write(0x90, 2, 0x4000);
        Assert.False(port.Write(0x8C, 4, 0));
        Assert.True(port.Executing);
        Assert.Equal((0x1122UL, 0x4301UL), (port.Read(0xA8, 8), port.Read(0x90, 2)));
        Assert.Equal(MailboxReturnCode.InvalidInput, port.Complete(0).Code);
        Assert.Throws<InvalidOperationException>(() => port.Complete(0));
    }

    [Fact]
    public void Payload_EverySize_IsStoredByByte()
    {
        port.Write(0xA9, 1, 0xFF);
        port.Write(0xAA, 2, 0x1234);
        Assert.Equal(0x1234_FF00UL, port.Read(0xA8, 4));
        port.Write(0x8A0, 8, ulong.MaxValue);
        Assert.Equal(ulong.MaxValue, port.Read(0x8A0, 8));
    }

    [Fact]
    public void Command_TooLong_IsRefused()
    {
        port.Write(0x90, 8, (0x801UL << 16) | 0x0100);
        port.Write(0x8C, 4, 1);
        Assert.Equal(MailboxReturnCode.InvalidPayloadLength, port.Complete(0).Code);
    }

    [Fact]
    public void Status_Event_ShowsAfterRefresh()
    {
        port.Mailbox.Log(EventLogKind.Fatal, EventRecord.GeneralMedia(default, 0, 0, 0), 0);
        port.RefreshStatus();
        Assert.Equal(8UL, port.Read(0x80, 8));
        port.Write(0x80, 8, ulong.MaxValue);
        Assert.Equal(8UL, port.Read(0x80, 8));
    }

    [Fact]
    public void Media_Status_IsWhatTheModelSays()
    {
        port.SetMedia(MediaStatus.Ready);
        Assert.Equal(0x14UL, port.Read(0x8A8, 8));
        port.SetMedia(MediaStatus.Disabled);
        Assert.Equal(0x1CUL, port.Read(0x8A8, 8));
        Assert.True(port.Mailbox.MediaDisabled);
    }

    [Fact]
    public void Reset_Hot_DropsTheCommandAndItsPayload()
    {
        port.SetMedia(MediaStatus.Ready);
        port.Write(0xA8, 8, 1);
        port.Write(0x8C, 4, 1);
        port.Reset(ResetKind.Hot);
        Assert.False(port.Executing);
        Assert.Equal((0UL, 0UL), (port.Read(0xA8, 8), port.Read(0x8A8, 8)));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(16)]
    public void Layout_Payload_IsBounded(int shift) => Assert.Throws<ArgumentOutOfRangeException>(() => DeviceRegisterLayout.For(shift));

    [Fact]
    public void Layout_LargestPayload_Fits() => Assert.Equal(0x8000, DeviceRegisterLayout.For(15).PayloadLength);
}
