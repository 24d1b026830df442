namespace CxlTopology.Specification.Tests;

public sealed class DoeDiscoveryTests
{
    [Theory]
    [InlineData(0u, 0x0100_0001u)]
    [InlineData(1u, 0x0202_1E98u)]
    [InlineData(2u, 0x0056_1234u)]
    [InlineData(3u, 0x00FF_FFFFu)]
    [InlineData(255u, 0x00FF_FFFFu)]
    public void Index_IsAnsweredWithItsProtocolAndTheNext(uint index, uint answer)
    {
        DoeMailbox mailbox = new([new CdatAccess(new Cdat([])), new EchoProtocol()]);
        Assert.Equal([0x0000_0001, 3, answer], DoeDriver.Exchange(mailbox, [0x0000_0001, 3, index]));
    }

    [Fact]
    public void Index_AboveItsEightBits_DoesNotMatter() =>
        Assert.Equal([1, 3, 0x0000_0001], DoeDriver.Exchange(new DoeMailbox([]), [1, 3, 0xABCD_EF00]));

    [Fact]
    public void Index_Of255Protocols_EndsAtTheLast()
    {
        DoeMailbox mailbox = new([.. Enumerable.Range(0, 255).Select(i => new EchoProtocol(2, (byte)i))]);
        Assert.Equal(0xFF_FD_0002u, DoeDriver.Exchange(mailbox, DoeDiscovery.Request(254))[2]);
        Assert.Equal(0x00_FE_0002u, DoeDriver.Exchange(mailbox, DoeDiscovery.Request(255))[2]);
    }

    [Fact]
    public void Request_WithoutIndex_IsDiscarded()
    {
        DoeMailbox mailbox = new([]);
        DoeDriver.Submit(mailbox, [1, 2]);
        mailbox.Complete();
        Assert.Equal(0u, DoeDriver.Status(mailbox));
    }

    [Fact]
    public void Request_IsItsHeaderAndTheIndex() => Assert.Equal([1, 3, 7], DoeDiscovery.Request(7));
}
