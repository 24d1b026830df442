using System.Buffers.Binary;

namespace CxlTopology.Specification.Tests;

public sealed class MemoryDeviceMailboxTests
{
    private static readonly MemoryDeviceOptions options = new()
    {
        TotalCapacity = ByteSize.GiB(8),
        VolatileOnly = ByteSize.GiB(1),
        PersistentOnly = ByteSize.GiB(1),
        PartitionAlignment = ByteSize.MiB(512),
        InitialVolatile = ByteSize.GiB(1),
        LabelStorageSize = 1024,
        EventLogSize = 2,
        PoisonListLimit = 16,
        InjectPoisonLimit = 3,
    };

    private readonly MemoryDeviceMailbox mailbox = new(options);
    private readonly byte[] output = new byte[512];

    [Fact]
    public void Identify_SaysWhatTheDeviceIs()
    {
        MailboxResult result = Run(MailboxOpcode.Identify);
        Assert.Equal((MailboxReturnCode.Success, 0x43), (result.Code, result.Length));
        Assert.Equal(mailbox.Identity, IdentifyMemoryDevice.Read(output.AsSpan(0, result.Length)));
        Assert.Equal((32, 4, 4, 2), (output[0x10], output[0x18], output[0x20], output[0x28]));
        Assert.Equal((2, 16, 3), (output[0x36], output[0x3C], output[0x3F]));
        Assert.StartsWith("CXLTOPOLOGY 1", mailbox.Identity.FirmwareRevision, StringComparison.Ordinal);
    }

    [Fact]
    public void Identify_VolatileByDefault()
    {
        MemoryDeviceMailbox plain = new(new MemoryDeviceOptions { TotalCapacity = ByteSize.GiB(4) });
        Assert.Equal(new PartitionInfo(ByteSize.GiB(4), default, default, default), plain.Partition);
        Assert.Equal(MailboxReturnCode.Unsupported, plain.Execute(0x4101, new byte[9], output, 0).Code);
    }

    [Fact]
    public void SetPartition_Later_WaitsForAReset()
    {
        Assert.Equal(MailboxReturnCode.Success, Run(MailboxOpcode.SetPartitionInfo, [12, 0, 0, 0, 0, 0, 0, 0, 0]).Code);
        Run(MailboxOpcode.GetPartitionInfo);
        Assert.Equal(
            new PartitionInfo(ByteSize.GiB(2), ByteSize.GiB(6), ByteSize.GiB(3), ByteSize.GiB(5)), PartitionInfo.Read(output));
        mailbox.Reset(ResetKind.Function);
        mailbox.Reset(ResetKind.Cxl);
        Assert.Equal(ByteSize.GiB(2), mailbox.Partition.ActiveVolatile);
        mailbox.Reset(ResetKind.Hot);
        Assert.Equal(new PartitionInfo(ByteSize.GiB(3), ByteSize.GiB(5), default, default), mailbox.Partition);
    }

    [Fact]
    public void SetPartition_Immediately_TellsTheDevice()
    {
        MailboxResult result = Run(MailboxOpcode.SetPartitionInfo, [28, 0, 0, 0, 0, 0, 0, 0, 1]);
        Assert.Equal((MailboxReturnCode.Success, MailboxEffect.PartitionChanged), (result.Code, result.Effect));
        Assert.Equal(ByteSize.GiB(7), mailbox.Partition.ActiveVolatile);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(13)]
    public void SetPartition_Impossible_IsRefused(byte units) =>
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.SetPartitionInfo, [units, 0, 0, 0, 0, 0, 0, 0, 1]).Code);

    [Fact]
    public void Labels_Written_AreReadBack()
    {
        Assert.Equal(MailboxReturnCode.Success, Run(MailboxOpcode.GetLabelStorage, [0, 0, 0, 0, 0, 1, 0, 0]).Code);
        Assert.Equal(MailboxReturnCode.Success, Run(MailboxOpcode.SetLabelStorage, [0xFE, 3, 0, 0, 0, 0, 0, 0, 0xAA, 0xBB]).Code);
        Assert.Equal(2, Run(MailboxOpcode.GetLabelStorage, [0xFE, 3, 0, 0, 2, 0, 0, 0]).Length);
        Assert.Equal([0xAA, 0xBB], output[..2]);
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.SetLabelStorage, [0xFF, 3, 0, 0, 0, 0, 0, 0, 1, 2]).Code);
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.GetLabelStorage, [1, 4, 0, 0, 0, 0, 0, 0]).Code);
    }

    [Fact]
    public void HealthAndFirmware_AreTheModels()
    {
        mailbox.Health = new HealthInfo { LifeUsed = 7, Temperature = -5, DirtyShutdowns = 3, CorrectedVolatile = 4, HealthStatus = 1 };
        Assert.Equal(0x12, Run(MailboxOpcode.GetHealthInfo).Length);
        Assert.Equal(mailbox.Health, HealthInfo.Read(output));
        Assert.Equal(0x50, Run(MailboxOpcode.GetFirmwareInfo).Length);
        Assert.Equal((byte)'C', output[0x10]);
    }

    [Fact]
    public void Alerts_Set_ChangeOnlyWhatIsMeantAndEnabled()
    {
        Assert.Equal(MailboxReturnCode.Success, Run(MailboxOpcode.SetAlertConfiguration, [0x13, 0x11, 80, 0, 1, 2, 3, 4, 5, 6, 7, 8]).Code);
        Assert.Equal(16, Run(MailboxOpcode.GetAlertConfiguration).Length);
        Assert.Equal([0x11, 0, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 8], output[..16]);
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.SetAlertConfiguration, [0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).Code);
    }

    [Fact]
    public void Logs_CommandEffects_ListEveryCommandAscending()
    {
        Assert.Equal(28, Run(MailboxOpcode.GetSupportedLogs).Length);
        Assert.Equal("0DA9C0B5BF414B788F7996B1623B3F17", Convert.ToHexString(output.AsSpan(8, 16)));
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(output.AsSpan(24));
        Assert.Equal((int)size, Run(MailboxOpcode.GetLog, [.. output[8..24], 0, 0, 0, 0, (byte)size, 0, 0, 0]).Length);
        int[] opcodes = [.. Enumerable.Range(0, (int)size / 4).Select(i => BinaryPrimitives.ReadUInt16LittleEndian(output.AsSpan(i * 4)))];
        Assert.Equal(Enum.GetValues<MailboxOpcode>().Select(opcode => (int)opcode), opcodes);
        Assert.All(opcodes, opcode => Assert.NotEqual(MailboxReturnCode.Unsupported, mailbox.Execute((ushort)opcode, [], output, 0).Code));
    }

    [Fact]
    public void GetLog_UnknownOrOutside_IsRefused()
    {
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.GetLog, new byte[24]).Code);
        Run(MailboxOpcode.GetSupportedLogs);
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.GetLog, [.. output[8..24], 0, 0, 0, 0, 0, 1, 0, 0]).Code);
    }

    [Fact]
    public void Timestamp_Set_Advances()
    {
        Assert.Equal(0UL, mailbox.Timestamp(50));
        mailbox.Execute(0x0301, BitConverter.GetBytes(1000UL), output, 100);
        Assert.Equal(8, mailbox.Execute(0x0300, [], output, 130).Length);
        Assert.Equal(1030UL, BinaryPrimitives.ReadUInt64LittleEndian(output));
        mailbox.Reset(ResetKind.Hot);
        Assert.Equal(0UL, mailbox.Timestamp(140));
    }

    [Fact]
    public void Events_LoggedAndCleared_ShowInStatus()
    {
        Assert.Equal(32, Run(MailboxOpcode.GetEventRecords, [2]).Length);
        Assert.Null(mailbox.Log(EventLogKind.Failure, EventRecord.GeneralMedia(default, 0, 0, 0), 0));
        Assert.Equal(4u, mailbox.EventStatus);
        Assert.Equal(160, Run(MailboxOpcode.GetEventRecords, [2]).Length);
        MailboxResult result = Run(MailboxOpcode.ClearEventRecords, [2, 0, 1, 0, 0, 0, 1, 0]);
        Assert.Equal((MailboxReturnCode.Success, MailboxEffect.EventsCleared), (result.Code, result.Effect));
        Assert.Equal((0u, 0), (mailbox.EventStatus, mailbox.LogOf(EventLogKind.Failure)!.Count));
    }

    [Fact]
    public void Events_ClearAll_ClearsTheLog()
    {
        mailbox.Log(EventLogKind.Fatal, EventRecord.GeneralMedia(default, 0, 0, 0), 0);
        Assert.Equal(MailboxReturnCode.InvalidHandle, Run(MailboxOpcode.ClearEventRecords, [3, 0, 1, 0, 0, 0, 9, 0]).Code);
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.ClearEventRecords, [3, 1, 1, 0, 0, 0, 1, 0]).Code);
        Assert.Equal(MailboxReturnCode.Success, Run(MailboxOpcode.ClearEventRecords, [3, 1, 0, 0, 0, 0]).Code);
        Assert.Equal(0u, mailbox.EventStatus);
    }

    [Fact]
    public void Events_WithInterruptPolicy_FireOnceUntilCleared()
    {
        Assert.Equal(MailboxEffect.InterruptPolicyChanged, Run(MailboxOpcode.SetEventInterruptPolicy, [0, 1, 0, 1]).Effect);
        Assert.Equal(4, Run(MailboxOpcode.GetEventInterruptPolicy).Length);
        Assert.Equal([0, 0x31, 0, 0x51], output[..4]);
        Assert.Equal(3, mailbox.Log(EventLogKind.Warning, EventRecord.GeneralMedia(default, 0, 0, 0), 0));
        Assert.Null(mailbox.Log(EventLogKind.Warning, EventRecord.GeneralMedia(default, 0, 0, 0), 0));
        Assert.Null(mailbox.Log(EventLogKind.Informational, EventRecord.GeneralMedia(default, 0, 0, 0), 0));
        Assert.Equal(MailboxReturnCode.InvalidInput, Run(MailboxOpcode.SetEventInterruptPolicy, [0, 0, 0, 3]).Code);
    }

    [Fact]
    public void Poison_InjectedAndCleared_IsOnTheListAndTold()
    {
        MailboxResult result = Inject(0x1040);
        Assert.Equal((MailboxEffect.PoisonInjected, new Dpa(0x1040)), (result.Effect, result.Dpa));
        Assert.Equal(MailboxEffect.None, Inject(0x1040).Effect);
        int length = Run(MailboxOpcode.GetPoisonList, Question(0, 0x1000)).Length;
        Assert.Equal([new(new Dpa(0x1040), 1, PoisonSource.Injected)], PoisonList.ReadAnswer(output.AsSpan(0, length), out _, out _));
        result = Run(MailboxOpcode.ClearPoison, [0x40, 0x10, .. new byte[70]]);
        Assert.Equal((MailboxEffect.PoisonCleared, new Dpa(0x1040)), (result.Effect, result.Dpa));
        Assert.Equal(0, mailbox.Poison!.Count);
    }

    [Fact]
    public void Poison_Limits_AreKept()
    {
        for (ulong i = 0; i < 3; i++)
            Assert.Equal(MailboxReturnCode.Success, Inject(i * 64).Code);
        Assert.Equal(MailboxReturnCode.InjectPoisonLimit, Inject(0x1000).Code);
        Assert.True(mailbox.AddPoison(new Dpa(0x8000), 4, PoisonSource.Internal, 0));
        mailbox.RemovePoison(new Dpa(0), 0);
        Assert.Equal(MailboxReturnCode.Success, Inject(0x1000).Code);
    }

    [Fact]
    public void Poison_Addresses_AreChecked()
    {
        ulong end = ByteSize.GiB(8).Bytes;
        Assert.Equal(MailboxReturnCode.InvalidPhysicalAddress, Inject(end).Code);
        Assert.Equal(MailboxReturnCode.Success, Inject(end - 64).Code);
        Assert.Equal(MailboxReturnCode.InvalidInput, Inject(32).Code);
        Assert.Equal(MailboxReturnCode.InvalidPhysicalAddress, Run(MailboxOpcode.GetPoisonList, Question(end - 64, 2)).Code);
        Assert.Equal(MailboxReturnCode.InvalidPhysicalAddress, Run(MailboxOpcode.ClearPoison, [.. BitConverter.GetBytes(end), .. new byte[64]]).Code);
    }

    [Fact]
    public void Poison_LongList_GoesOnWhereItEnded()
    {
        for (ulong i = 0; i < 16; i++)
            mailbox.AddPoison(new Dpa(i * 128), 1, PoisonSource.External, 0);
        byte[] small = new byte[256];
        Assert.Equal(14, Ask(small, 0).Count);
        Assert.Equal(2, Ask(small, 0).Count);
        Assert.Equal(14, Ask(small, 0).Count);
        Assert.Equal(14, Ask(small, 128).Count);
    }

    [Fact]
    public void Media_Disabled_RefusesWhatNeedsIt()
    {
        mailbox.MediaDisabled = true;
        Assert.Equal(MailboxReturnCode.MediaDisabled, Inject(0).Code);
        Assert.Equal(MailboxReturnCode.MediaDisabled, Run(MailboxOpcode.GetLabelStorage, new byte[8]).Code);
        Assert.Equal(MailboxReturnCode.MediaDisabled, Run(MailboxOpcode.SetLabelStorage, new byte[8]).Code);
        Assert.Equal(MailboxReturnCode.MediaDisabled, Run(MailboxOpcode.GetPoisonList, Question(0, 1)).Code);
        Assert.Equal(MailboxReturnCode.MediaDisabled, Run(MailboxOpcode.ClearPoison, new byte[72]).Code);
        Assert.Equal(MailboxReturnCode.Success, Run(MailboxOpcode.Identify).Code);
    }

    [Fact]
    public void Execute_WrongLength_IsRefusedByEveryCommand()
    {
        foreach (MailboxOpcode opcode in Enum.GetValues<MailboxOpcode>())
        {
            byte[] input = new byte[opcode is MailboxOpcode.ClearEventRecords or MailboxOpcode.SetLabelStorage ? 5 : 100];
            Assert.Equal(MailboxReturnCode.InvalidPayloadLength, Run(opcode, input).Code);
        }
    }

    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x4400)]
    [InlineData(0xC000)]
    public void Execute_UnknownCommand_IsUnsupported(int opcode) =>
        Assert.Equal(MailboxReturnCode.Unsupported, mailbox.Execute((ushort)opcode, [], output, 0).Code);

    [Fact]
    public void Shutdown_State_IsStored()
    {
        Run(MailboxOpcode.SetShutdownState, [1]);
        Assert.Equal(1, Run(MailboxOpcode.GetShutdownState).Length);
        Assert.Equal(1, output[0]);
    }

    public static TheoryData<MemoryDeviceOptions> Impossible =>
    [
        options with { TotalCapacity = default },
        options with { TotalCapacity = ByteSize.MiB(100) },
        options with { VolatileOnly = ByteSize.GiB(8) },
        options with { PartitionAlignment = default },
        options with { PartitionAlignment = ByteSize.GiB(4) },
        options with { InitialVolatile = ByteSize.GiB(7) },
        options with { InitialVolatile = ByteSize.MiB(256) },
        options with { EventLogSize = 0 },
        options with { PoisonListLimit = 0 },
        options with { LabelStorageSize = -1 },
        options with { InjectPoisonLimit = 65536 },
        options with { FirstEventVector = 13 },
        options with { FirmwareRevision = "12345678901234567" },
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Options_Impossible_AreRefused(MemoryDeviceOptions impossible) =>
        Assert.Throws<ArgumentException>(() => new MemoryDeviceMailbox(impossible));

    private static byte[] Question(ulong dpa, ulong lines) => [.. BitConverter.GetBytes(dpa), .. BitConverter.GetBytes(lines)];

    private IReadOnlyList<PoisonRecord> Ask(byte[] answer, ulong dpa)
    {
        int length = mailbox.Execute((ushort)MailboxOpcode.GetPoisonList, Question(dpa, 100), answer, 0).Length;
        return PoisonList.ReadAnswer(answer.AsSpan(0, length), out _, out _);
    }

    private MailboxResult Inject(ulong dpa) => Run(MailboxOpcode.InjectPoison, BitConverter.GetBytes(dpa));

    private MailboxResult Run(MailboxOpcode opcode, byte[]? input = null) => mailbox.Execute((ushort)opcode, input ?? [], output, 0);
}
