namespace CxlTopology.Specification.Tests;

public sealed class EventLogTests
{
    private readonly EventLog log = new(3);
    private readonly byte[] output = new byte[2048];

    [Fact]
    public void Record_HasTheCommonHeader()
    {
        EventRecord record = EventRecord.GeneralMedia(new Dpa(0x1234_5678), 1, 2, 4);
        Assert.True(log.TryAdd(record, 0x1122));
        Assert.Equal("FBCD0A77C260417F85A9088B1621EBA6", Convert.ToHexString(record.Bytes[..16]));
        Assert.Equal((128, (ushort)1, 0x1122UL), ((int)record.Bytes[16], record.Handle, record.Timestamp));
        Assert.Equal("4056341200000000" + "010204", Convert.ToHexString(record.Bytes.Slice(0x30, 11)));
        Assert.Equal(record.Kind, EventRecord.Read(record.Bytes).Kind);
    }

    [Fact]
    public void TryAdd_Full_LosesAndCounts()
    {
        for (ulong i = 1; i <= 5; i++)
            Assert.Equal(i <= 3, log.TryAdd(Event(), i));
        int length = log.Write(output);
        Assert.Equal(3, EventLog.ReadAnswer(output.AsSpan(0, length), out bool more, out int lost).Count);
        Assert.Equal((false, 2, (byte)1), (more, lost, output[0]));
        Assert.Equal((4, 5), (output[4], output[12]));
    }

    [Fact]
    public void Write_LittleRoom_SaysThereAreMore()
    {
        log.TryAdd(Event(), 0);
        log.TryAdd(Event(), 0);
        int length = log.Write(output.AsSpan(0, 256));
        Assert.Equal((160, (byte)2), (length, output[0]));
        Assert.Equal(1, EventLog.ReadAnswer(output.AsSpan(0, length), out bool more, out _)[0].Handle);
        Assert.True(more);
    }

    [Fact]
    public void TryClear_OldestInOrder_Clears()
    {
        for (int i = 0; i < 4; i++)
            log.TryAdd(Event(), 0);
        Assert.True(log.TryClear([1, 0, 2, 0]));
        Assert.Equal((1, 0), (log.Count, log.Lost));
        log.TryAdd(Event(), 0);
        Assert.True(log.TryClear([3, 0, 4, 0]));
    }

    [Theory]
    [InlineData(new byte[] { 2, 0 })]
    [InlineData(new byte[] { 1, 0, 3, 0 })]
    [InlineData(new byte[] { 1, 0, 2, 0, 3, 0 })]
    public void TryClear_AnythingElse_ClearsNothing(byte[] handles)
    {
        log.TryAdd(Event(), 0);
        log.TryAdd(Event(), 0);
        Assert.False(log.TryClear(handles));
        Assert.Equal(2, log.Count);
    }

    [Fact]
    public void Bounds_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventLog(0));
        Assert.Throws<ArgumentException>(() => new EventRecord(Guid.Empty, new byte[81]));
        Assert.Throws<ArgumentException>(() => EventRecord.Read(new byte[127]));
        output[20] = 2;
        Assert.Throws<ArgumentException>(() => EventLog.ReadAnswer(output.AsSpan(0, 160), out _, out _));
    }

    private static EventRecord Event() => EventRecord.GeneralMedia(default, 0, 0, 0);
}
