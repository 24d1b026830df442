using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Pci;

public sealed class DataObjectClientTests
{
    private const int Capability = 0x160;
    private static readonly HostBridgeResources host = new(0, 0, 15, 0x2000_0000_0000, 0x2010_0000_0000, 64UL << 30);
    private static readonly uint[] request = [0x0002_1E98, 3, 0];

    private SimDuration waited = SimDuration.Zero;

    private (DataObjectClient Client, PciDevice Device) Connect(FakeMailbox mailbox)
    {
        FakeFunction function = FakeFunction.Endpoint().WithExpress().WithExtended(0x100, 1).WithExtended(Capability, DataObjectClient.CapabilityId);
        function.Exchange = (Capability, mailbox);
        FakeBus bus = FakeBus.Of(host, function);
        PciDevice device = new PciEnumerator(bus).Enumerate(host).GetAwaiter().GetResult()[0];
        return (new DataObjectClient(bus, time =>
        {
            waited += time;
            return Task.CompletedTask;
        }), device);
    }

    private uint[]? Exchange(FakeMailbox mailbox)
    {
        (DataObjectClient client, PciDevice device) = Connect(mailbox);
        return client.Exchange(device.Bdf, Capability, request).GetAwaiter().GetResult();
    }

    private byte[]? ReadCdat(FakeMailbox mailbox)
    {
        (DataObjectClient client, PciDevice device) = Connect(mailbox);
        return client.ReadCdat(device).GetAwaiter().GetResult();
    }

    [Fact]
    public void Exchange_Answered_ReturnsTheWholeObject()
    {
        var mailbox = new FakeMailbox(_ => [0x0002_1E98, 5, 7, 8, 9]);

        Assert.Equal([0x0002_1E98u, 5, 7, 8, 9], Exchange(mailbox)!);
        Assert.Equal(request, Assert.Single(mailbox.Requests));
        Assert.Equal((0, SimDuration.Zero), (mailbox.Aborts, waited));
    }

    [Fact]
    public void Exchange_AnsweredLate_WaitsMilliseconds()
    {
        Assert.NotNull(Exchange(new FakeMailbox(_ => [0x0002_1E98, 2]) { PollsUntilReady = 40 }));
        Assert.Equal(SimDuration.FromMilliseconds(40), waited);
    }

    [Fact]
    public void Exchange_NeverAnswered_IsAbortedAfterASecond()
    {
        var mailbox = new FakeMailbox(_ => null);

        Assert.Null(Exchange(mailbox));
        Assert.Equal((1, SimDuration.FromMilliseconds(1000)), (mailbox.Aborts, waited));
    }

    [Theory]
    [InlineData(1u)]
    [InlineData(4u)]
    public void Exchange_BusyOrInErrorBefore_IsAbortedAndAsksNothing(uint stuck)
    {
        var mailbox = new FakeMailbox(_ => [0x0002_1E98, 2]) { Stuck = stuck };

        Assert.Null(Exchange(mailbox));
        Assert.Equal((1, 0), (mailbox.Aborts, mailbox.Requests.Count));
    }

    [Fact]
    public void Exchange_ErrorAfterwards_IsAbortedAtOnce()
    {
        var mailbox = new FakeMailbox(_ => null) { FailsOnGo = true };

        Assert.Null(Exchange(mailbox));
        Assert.Equal((1, 1, SimDuration.Zero), (mailbox.Aborts, mailbox.Requests.Count, waited));
    }

    [Theory]
    [InlineData(0u)] // 2^18 dwords
    [InlineData(1u)] // shorter than its header
    [InlineData(1025u)]
    public void Exchange_ImpossibleLength_IsAborted(uint length)
    {
        var mailbox = new FakeMailbox(_ => [0x0002_1E98, length, 1, 2, 3]);

        Assert.Null(Exchange(mailbox));
        Assert.Equal(1, mailbox.Aborts);
    }

    [Fact]
    public void ReadCdat_Table_IsReadEntryByEntry()
    {
        uint[] header = [16 + 8, 2, 0, 0];
        uint[] entry = [0x0008_0003, 1];

        byte[] table = ReadCdat(new FakeMailbox(r => r[2] >> 16 == 0 ? [0x0002_1E98, 7, 0x0001_0000, .. header] : [0x0002_1E98, 5, 0xFFFF_0000, .. entry]))!;

        Assert.Equal([.. header, .. entry], Enumerable.Range(0, 6).Select(i => BitConverter.ToUInt32(table, 4 * i)));
    }

    [Fact]
    public void ReadCdat_EntryThatLiesAboutItsLength_IsNone() => Assert.Null(ReadCdat(new FakeMailbox(r =>
        r[2] >> 16 == 0 ? [0x0002_1E98, 7, 0x0001_0000, 40, 2, 0, 0] : [0x0002_1E98, 5, 0xFFFF_0000, 0x0010_0003, 1])));

    [Fact]
    public void ReadCdat_EntriesThatNeverEnd_AreGivenUp()
    {
        var mailbox = new FakeMailbox(r => r[2] >> 16 == 0 ? [0x0002_1E98, 7, 0x0001_0000, 400, 2, 0, 0] : [0x0002_1E98, 5, 0x0001_0000, 0x0008_0003, 1]);

        Assert.Null(ReadCdat(mailbox));
        Assert.InRange(mailbox.Requests.Count, 48, 50);
    }

    [Fact]
    public void ReadCdat_Silence_IsNone() => Assert.Null(ReadCdat(new FakeMailbox(_ => null)));

    [Fact]
    public async Task ReadCdat_FunctionWithoutExchange_IsNone()
    {
        FakeBus bus = FakeBus.Of(host, FakeFunction.Endpoint().WithExpress().WithExtended(0x100, 1));
        PciDevice device = (await new PciEnumerator(bus).Enumerate(host))[0];

        Assert.Null(await new DataObjectClient(bus, _ => Task.CompletedTask).ReadCdat(device));
    }
}
