namespace CxlTopology.Akka.Tests.Cluster;

public sealed class NodeAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:4711", "127.0.0.1", 4711)]
    [InlineData("example.org:0", "example.org", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    [InlineData("akka.tcp://cxltopo@10.0.0.1:4711", "10.0.0.1", 4711)]
    [InlineData("akka.ssl.tcp://cxltopo@[fe80::1]:4711/", "fe80::1", 4711)]
    public void TryParse_OfAnAddress_GivesHostAndPort(string text, string host, int port)
    {
        Assert.True(NodeAddress.TryParse(text, out NodeAddress address));
        Assert.Equal(new NodeAddress(host, port), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    [InlineData(":4711")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("::1:4711")]
    [InlineData("[127.0.0.1]:4711")]
    [InlineData("host\" \n:1")]
    [InlineData("akka.tcp://other@127.0.0.1:4711")]
    [InlineData("akka.udp://cxltopo@127.0.0.1:4711")]
    [InlineData("http://127.0.0.1:4711")]
    public void TryParse_OfSomethingElse_GivesNone(string text) => Assert.False(NodeAddress.TryParse(text, out _));

    [Theory]
    [InlineData("127.0.0.1:4711")]
    [InlineData("[::1]:4711")]
    [InlineData("node7.example.org:4711")]
    public void ToString_OfAnAddress_IsReadBack(string text)
    {
        Assert.True(NodeAddress.TryParse(text, out NodeAddress address));
        Assert.Equal(text, address.ToString());
        Assert.Equal(address, NodeAddress.Of(address.ToAkka(encrypted: true)));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("::1", true)]
    [InlineData("localhost", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    public void IsLoopback_OfAHost_SaysWhetherOthersReachIt(string host, bool loopback) => Assert.Equal(loopback, new NodeAddress(host, 1).IsLoopback);
}
