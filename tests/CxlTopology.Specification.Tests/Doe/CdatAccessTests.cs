namespace CxlTopology.Specification.Tests;

public sealed class CdatAccessTests
{
    private static Cdat Table { get; } =
        DeviceCdat.Of([DeviceCdatTests.Volatile, DeviceCdatTests.Persistent], isInitiator: true, sequence: 4);

    [Fact]
    public void Entries_ReadByTheRegisters_AreTheTableByteForByte()
    {
        DoeMailbox mailbox = new([new CdatAccess(Table)]);
        List<byte> bytes = [];
        int exchanges = 0;
        for (uint handle = 0; handle != 0xFFFF; exchanges++)
        {
            uint[] response = DoeDriver.Exchange(mailbox, [0x0002_1E98, 3, handle << 16]);
            Assert.Equal((0x0002_1E98u, 0u), (response[0], response[2] & 0xFFFF));
            byte[] entry = new byte[4 * (response.Length - 3)];
            for (int i = 3; i < response.Length; i++)
                RawBytes.Put(entry, 4 * (i - 3), 4, response[i]);
            Assert.Equal(handle == 0 ? 16 : (int)RawBytes.At(entry, 2, 2), entry.Length);
            bytes.AddRange(entry);
            handle = response[2] >> 16;
        }

        Assert.Equal(Table.Structures.Count + 1, exchanges);
        Assert.Equal(Table.ToBytes(), bytes.ToArray());
    }

    [Fact]
    public void Table_WithoutStructures_IsItsHeaderAlone()
    {
        uint[] response = DoeDriver.Exchange(new DoeMailbox([new CdatAccess(new Cdat([]))]), CdatAccess.Request(0));
        Assert.Equal(7, response.Length);
        Assert.Equal(0xFFFFu, response[2] >> 16);
    }

    [Theory]
    [InlineData(0x000E_0000)] // one past the last handle
    [InlineData(0xFFFF_0000)]
    [InlineData(0x0000_0001)] // request code
    [InlineData(0x0000_0100)] // table type
    public void Request_ForWhatIsNotThere_IsDiscarded(uint dword)
    {
        DoeMailbox mailbox = new([new CdatAccess(new Cdat(Table.Structures.Take(13)))]);
        Assert.Equal(0xFFFFu, DoeDriver.Exchange(mailbox, [0x0002_1E98, 3, 0x000D_0000])[2] >> 16);
        DoeDriver.Submit(mailbox, [0x0002_1E98, 3, dword]);
        Assert.True(mailbox.Complete());
        Assert.Equal(0u, DoeDriver.Status(mailbox));
    }

    [Fact]
    public void Request_WithoutAHandle_IsDiscarded()
    {
        DoeMailbox mailbox = new([new CdatAccess(Table)]);
        DoeDriver.Submit(mailbox, [0x0002_1E98, 2]);
        Assert.True(mailbox.Complete());
        Assert.Equal(0u, DoeDriver.Status(mailbox));
    }

    [Fact]
    public void Replace_WhileRunning_IsWhatIsReadNext()
    {
        CdatAccess access = new(Table);
        DoeMailbox mailbox = new([access]);
        Cdat other = SwitchCdat.Of([1, 2], 10, 10, 10, 10);
        access.Replace(other);
        Assert.Same(other, access.Table);
        Assert.Equal(other.ToBytes(), Download(mailbox));
    }

    [Fact]
    public void LongestStructure_FitsIntoAResponse()
    {
        Cdat table = SwitchCdat.Of([.. Enumerable.Range(0, 256).Select(port => (byte)port)], 100, 64, 120, 32);
        Assert.Equal(table.ToBytes(), Download(new DoeMailbox([new CdatAccess(table)])));
    }

    private static byte[] Download(DoeMailbox mailbox)
    {
        CdatDownload download = new();
        while (download.State == CdatDownloadState.Asking)
            download.Accept(DoeDriver.Exchange(mailbox, download.NextRequest()));
        Assert.Null(download.Problem);
        return download.ToBytes();
    }
}
