using System.Text;
using CxlTopology.Experiments;

namespace CxlTopology.Akka.Tests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class RunTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Topologies => ClusterFixture.Topologies;

    [Theory]
    [MemberData(nameof(Topologies))]
    public void Run_OnTwoNodes_GivesWhatOneProcessGives(string name) => Assert.Equal(Embedded(name), OnNodes(name, 2));

    [Theory]
    [InlineData("quickstart")]
    [InlineData("several-hosts")]
    public void Run_OnThreeNodes_GivesWhatOneProcessGives(string name) => Assert.Equal(Embedded(name), OnNodes(name, 3));

    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1000, 40)]
    [InlineData(3, 5 << 20)]
    public void Exchange_OfManyOrLargeBatches_GivesWhatWasSent(int count, int bytes)
    {
        ClusterPeers peers = Gather($"exchange {count} {bytes}", 3);

        ClusterFixture.Exchanges(peers, count, bytes);

        Assert.All(cluster.Coordinator.Finish(), end => Assert.Equal(new ShareResult(0, "exchanged"), end.Result));
    }

    [Fact]
    public void Shutdown_AfterTheLastExchange_LosesNothing()
    {
        for (int i = 0; i < 20; i++)
        {
            ClusterPeers peers = Gather("exchange 1 1000", 3);
            ClusterFixture.Exchanges(peers, 1, 1000);

            IReadOnlyList<NodeEnd> ends = cluster.Coordinator.Finish();

            Assert.Null(peers.LostNode);
            Assert.Equal([1, 2], ends.Select(e => e.Number));
            Assert.All(ends, end => Assert.Equal(new ShareResult(0, "exchanged"), end.Result));
        }
    }

    [Fact]
    public void Job_OfManyParts_ArrivesWhole()
    {
        byte[] job = Enumerable.Repeat((byte)'x', 20 << 20).ToArray();
        cluster.Coordinator.Gather(job, 2, 2, patience, CancellationToken.None);

        Assert.All(cluster.Coordinator.Finish(), end => Assert.Equal($"{job.Length} bytes, -1", end.Result!.Text));
    }

    [Fact]
    public void Job_ThatIsTooLarge_IsRefused() =>
        Assert.Contains(
            "takes at most 268,435,456",
            Assert.Throws<ClusterException>(() => cluster.Coordinator.Gather(new byte[(256 << 20) + 1], 1, 1, patience, CancellationToken.None)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Share_ThatThrows_EndsTheRunAndIsReported()
    {
        ClusterPeers peers = Gather("throw", 2);

        Simulation.PeerLostException lost = Assert.Throws<Simulation.PeerLostException>(() => ClusterFixture.Exchanges(peers, 1, 1));
        NodeEnd end = Assert.Single(cluster.Coordinator.Finish());

        Assert.Equal(1, lost.Peer);
        Assert.Contains("InvalidOperationException: as the test wants it", lost.Message, StringComparison.Ordinal);
        Assert.Equal("InvalidOperationException: as the test wants it", end.Result!.Text);
    }

    [Fact]
    public void Run_ThatIsAbandoned_LeavesTheNodesFree()
    {
        Gather("exchange 100 1", 3).Abandon("the test has enough");
        cluster.Coordinator.Finish();

        ClusterFixture.Exchanges(Gather("exchange 1 1", 3), 1, 1);
        Assert.All(cluster.Coordinator.Finish(), end => Assert.Equal(0, end.Result!.Code));
    }

    [Fact]
    public void Gather_OfMoreThanThereAre_SaysHowManyCame() =>
        Assert.Equal(
            "Waited 2 s for 5 other nodes, and 2 came.",
            Assert.Throws<ClusterException>(() => cluster.Coordinator.Gather("topology quickstart"u8.ToArray(), 5, 5, TimeSpan.FromSeconds(2), CancellationToken.None)).Message);

    [Fact]
    public void Gather_WithFewerThanWanted_GoesOnWhenThatWillDo()
    {
        ClusterPeers peers = cluster.Coordinator.Gather("exchange 1 1"u8.ToArray(), 5, 0, TimeSpan.FromSeconds(2), CancellationToken.None)!;
        ClusterFixture.Exchanges(peers, 1, 1);
        cluster.Coordinator.Finish();

        Assert.Equal(3, peers.Count);
    }

    [Fact]
    public void Gather_ThatIsCancelled_Ends()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => cluster.Coordinator.Gather("x"u8.ToArray(), 5, 5, patience, stop.Token));
    }

    private static (string Digest, long Events, double End, long Transactions) Embedded(string name)
    {
        using Experiment experiment = ClusterFixture.Prepare(name, null);
        experiment.Run();
        return ClusterFixture.Identity(experiment);
    }

    private (string Digest, long Events, double End, long Transactions) OnNodes(string name, int nodes)
    {
        ClusterPeers peers = Gather("topology " + name, nodes);
        using Experiment experiment = ClusterFixture.Prepare(name, peers);
        experiment.Run();
        Assert.All(cluster.Coordinator.Finish(), end => Assert.Equal(0, end.Result!.Code));
        return ClusterFixture.Identity(experiment);
    }

    private ClusterPeers Gather(string job, int nodes) =>
        cluster.Coordinator.Gather(Encoding.UTF8.GetBytes(job), nodes - 1, nodes - 1, patience, CancellationToken.None)!;
}
