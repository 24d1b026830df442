namespace CxlTopology.Specification.Tests;

public sealed class RasErrorLogTests
{
    private static readonly RegisterBlock ras = ComponentKinds.Type3.Ras;

    private readonly RegisterBank bank = new(ComponentKinds.Type3.Registers);
    private readonly RasErrorLog log;

    public RasErrorLogTests() => log = new RasErrorLog(bank, ras);

    [Fact]
    public void Registers_AfterReset_AreTheKnownWords()
    {
        Assert.Equal((0UL, 0x1_CFFFUL, 0x1_CFFFUL), (Read(0x0), Read(0x4), Read(0x8)));
        Assert.Equal((0UL, 0x7FUL, 0x2200UL), (Read(0xC), Read(0x10), Read(0x14)));
        ComponentRegisterLayout plain = ComponentRegisterLayout.Of(new() { Role = ComponentRole.RootPort, PoisonEnabled = false });
        Assert.Equal(0x200UL, new RegisterBank(plain.Registers).Read(plain.Ras.Offset + 0x14, 4));
    }

    [Fact]
    public void Record_Masked_SetsStatusAlone()
    {
        Assert.Equal(RasSignal.None, log.Record(RasUncorrectable.PoisonReceived, [0xAA]));
        Assert.Equal(RasSignal.None, log.Record(RasCorrectable.CrcThreshold));
        Assert.Equal((0x400UL, 0x4UL, 0UL), (Read(0x0), Read(0xC), Read(0x18)));
    }

    [Fact]
    public void Record_Unmasked_SignalsBySeverityAndLogsTheHeader()
    {
        Unmask();
        Write(0x8, 1 << (int)RasUncorrectable.Internal);
        Assert.Equal(RasSignal.NonFatal, log.Record(RasUncorrectable.MemDataEcc, [1, 2, 3]));
        Assert.Equal(RasSignal.Fatal, log.Record(RasUncorrectable.Internal, []));
        Assert.Equal(RasSignal.Correctable, log.Record(RasCorrectable.MemPoisonReceived));
        Assert.Equal((7UL, 1UL, 3UL, 0UL), (Read(0x14) & 0x3F, Read(0x18), Read(0x20), Read(0x24)));
        Assert.Equal(0x4080UL, Read(0x0));
    }

    [Fact]
    public void Clear_First_BringsUpTheNextWithItsHeader()
    {
        Unmask();
        log.Record(RasUncorrectable.IdeReceive, [1]);
        log.Record(RasUncorrectable.CacheDataParity, [2, 2]);
        log.Record(RasUncorrectable.CacheDataParity, [3]);
        log.Record(RasUncorrectable.ReinitThreshold, [4]);
        Assert.Equal(2, log.Waiting);
        Write(0x0, 1 << 16);
        Assert.Equal((0UL, 2UL, 2UL), (Read(0x14) & 0x3F, Read(0x18), Read(0x1C)));
        Write(0x0, 1);
        Assert.Equal((8UL, 4UL, 0UL, 0x100UL), (Read(0x14) & 0x3F, Read(0x18), Read(0x1C), Read(0x0)));
        Write(0x0, 0x100);
        Assert.Equal((0, 0UL), (log.Waiting, Read(0x0)));
    }

    [Fact]
    public void Clear_OneThatWaits_ForgetsIt()
    {
        Unmask();
        log.Record(RasUncorrectable.IdeReceive, [1]);
        log.Record(RasUncorrectable.CacheDataParity, [2]);
        Write(0x0, 1);
        log.Record(RasUncorrectable.CacheDataParity, [3]);
        Write(0x0, 1 << 16);
        Assert.Equal(3UL, Read(0x18));
    }

    [Fact]
    public void Reset_HotKeepsColdClears()
    {
        Unmask();
        log.Record(RasUncorrectable.IdeReceive, [1]);
        log.Record(RasUncorrectable.MemDataEcc, [2]);
        bank.Reset(ResetKind.Hot);
        log.OnReset(ResetKind.Hot);
        Assert.Equal((0x1_0080UL, 1UL, 1), (Read(0x0), Read(0x18), log.Waiting));
        bank.Reset(ResetKind.Cold);
        log.OnReset(ResetKind.Cold);
        Assert.Equal((0UL, 0UL, 0), (Read(0x0), Read(0x18), log.Waiting));
        Unmask();
        log.Record(RasUncorrectable.MemDataEcc, [9]);
        Assert.Equal(9UL, Read(0x18));
    }

    [Fact]
    public void Log_OfAnotherBlockOrTooLongAHeader_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new RasErrorLog(bank, ComponentKinds.Type3.Link));
        Assert.Throws<ArgumentException>(() => log.Record(RasUncorrectable.Internal, new uint[17]));
    }

    private void Unmask()
    {
        Write(0x4, 0);
        Write(0x10, 0);
    }

    private ulong Read(int offset) => bank.Read(ras.Offset + offset, 4);

    private void Write(int offset, uint value) => log.OnWrite(bank.Write(ras.Offset + offset, 4, value));
}
