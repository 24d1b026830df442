using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The device registers of a type 3, over MMIO: the mailbox executes commands, and what they do to memory is seen by reads.</summary>
public sealed class MailboxTests
{
    private const ulong Identify = 0x4000;
    private const ulong InjectPoison = 0x4301;
    private const ulong ClearPoison = 0x4302;
    private readonly FabricBench bench = FabricBench.Direct();
    private readonly DeviceRegisterLayout layout = DeviceRegisterLayout.For();

    [Fact]
    public void Identify_TellsCapacity()
    {
        Assert.Equal(MailboxReturnCode.Success, Execute(Identify, []));

        Assert.Equal(bench.Devices[0].Capacity.Bytes / IdentifyMemoryDevice.CapacityUnit, Payload(0x10));
    }

    [Fact]
    public void Doorbell_StaysSetUntilTheCommandHasTakenItsTime()
    {
        Write(layout.Mailbox.Offset + 8, Identify, 8);
        Probe ring = Probe.WriteRegister(Base + (ulong)layout.Mailbox.Offset + 4, 1);
        Probe look = Probe.ReadRegister(Base + (ulong)layout.Mailbox.Offset + 4);
        bench.Run(ring, look);

        Assert.Equal(1UL, look.Answer.Value & 1);
        Assert.Equal(0UL, Read(layout.Mailbox.Offset + 4, 4) & 1);
    }

    [Fact]
    public void InjectPoison_MakesReadsOfTheLinePoisoned_AndClearMakesThemGood()
    {
        byte[] address = new byte[8];
        BitConverter.TryWriteBytes(address, 0x1000UL);
        Assert.Equal(MailboxReturnCode.Success, Execute(InjectPoison, address));
        Assert.Equal(AccessStatus.Poisoned, StatusOf(bench.Run(Probe.Read(FabricBench.Base + 0x1000))));
        Assert.Equal(AccessStatus.Ok, StatusOf(bench.Run(Probe.Read(FabricBench.Base + 0x1040))));

        byte[] clear = [.. address, .. Enumerable.Repeat((byte)0x5A, 64)];
        Assert.Equal(MailboxReturnCode.Success, Execute(ClearPoison, clear));
        Probe read = bench.Run(Probe.Read(FabricBench.Base + 0x1000));
        Assert.Equal(AccessStatus.Ok, StatusOf(read));
        Assert.All(read.Answer.Data, b => Assert.Equal(0x5A, b));
    }

    [Fact]
    public void UnknownCommand_IsUnsupported() => Assert.Equal(MailboxReturnCode.Unsupported, Execute(0xC0DE, []));

    [Fact]
    public void MemoryDeviceStatus_SaysThatMediaIsReady() => Assert.Equal(1UL, Read(layout.MemoryDevice.Offset, 8) >> 2 & 3);

    private static AccessStatus StatusOf(Probe probe) => probe.Answer.Poisoned ? AccessStatus.Poisoned : probe.Status;

    /// <summary>The address of the device registers: BAR 2.</summary>
    private ulong Base => bench.Run(Probe.ReadRegister(new Bdf(0, 1, 0, 0).ConfigurationAddress(0x18), 4, IoFlags.Configuration)).Answer.Value & ~0xFUL
        | bench.Run(Probe.ReadRegister(new Bdf(0, 1, 0, 0).ConfigurationAddress(0x1C), 4, IoFlags.Configuration)).Answer.Value << 32;

    private MailboxReturnCode Execute(ulong opcode, byte[] payload)
    {
        for (int i = 0; i < payload.Length; i += 8)
            Write(layout.Payload.Offset + i, BitConverter.ToUInt64([.. payload.Skip(i).Take(8), .. new byte[8]]), 8);
        Write(layout.Mailbox.Offset + 8, opcode | (ulong)payload.Length << 16, 8);
        Write(layout.Mailbox.Offset + 4, 1, 4);
        return (MailboxReturnCode)(Read(layout.Mailbox.Offset + 0x10, 8) >> 32 & 0xFFFF);
    }

    private ulong Payload(int offset) => Read(layout.Payload.Offset + offset, 8);

    private void Write(int offset, ulong value, int bytes) => bench.Run(Probe.WriteRegister(Base + (ulong)offset, value, bytes));

    private ulong Read(int offset, int bytes) => bench.Run(Probe.ReadRegister(Base + (ulong)offset, bytes)).Answer.Value;
}
