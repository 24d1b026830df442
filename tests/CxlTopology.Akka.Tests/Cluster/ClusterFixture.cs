using System.Text;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Akka.Tests.Cluster;

/// <summary>A cluster of two nodes and a coordinator, which the tests of a class share: they run what they are told.</summary>
public sealed class ClusterFixture : IDisposable
{
    private readonly TestNode first;
    private readonly TestNode second;

    public ClusterFixture()
    {
        first = new TestNode(Run);
        second = new TestNode(Run, first.Address);
        Coordinator = ClusterCoordinator.Start(TestNode.Joining(first.Address));
    }

    /// <summary>Who starts the runs.</summary>
    public ClusterCoordinator Coordinator { get; }

    /// <summary>The names of the shipped topologies.</summary>
    public static TheoryData<string> Topologies { get; } = [.. Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string Folder
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
                folder = folder.Parent;
            return Path.Combine(folder!.FullName, "topologies");
        }
    }

    /// <summary>A shipped topology with shorter workloads.</summary>
    public static Experiment Prepare(string name, IPeers? peers)
    {
        TopologyModel model = TopologyFile.Load(Path.Combine(Folder, name + ".yaml")).Model!;
        model = model with { Workloads = [.. model.Workloads.Select(w => w with { Count = Math.Min(w.Count ?? long.MaxValue, 100) })] };
        return Experiment.Prepare(model, new ExperimentOptions { Peers = peers });
    }

    /// <summary>What does not depend on how it is run.</summary>
    public static (string Digest, long Events, double End, long Transactions) Identity(Experiment experiment)
    {
        ExperimentReport report = Reports.Of(experiment);
        Assert.Empty(report.Failures);
        return (report.Digest, report.Events, report.SimulatedNs, report.Transactions);
    }

    public void Dispose()
    {
        Coordinator.Dispose();
        second.Dispose();
        first.Dispose();
    }

    private static ShareResult Run(ClusterShare share)
    {
        string[] job = Encoding.UTF8.GetString(share.Job.Span).Split(' ');
        switch (job[0])
        {
            case "topology":
                using (Experiment experiment = Prepare(job[1], share.Peers))
                    return new ShareResult(experiment.Run().Outcome == RunOutcome.Idle ? 0 : 1, "");
            case "exchange":
                Exchanges(share.Peers, int.Parse(job[1], System.Globalization.CultureInfo.InvariantCulture), int.Parse(job[2], System.Globalization.CultureInfo.InvariantCulture));
                return new ShareResult(0, "exchanged");
            case "throw":
                throw new InvalidOperationException("as the test wants it");
            default:
                return new ShareResult(0, $"{share.Job.Length} bytes, {share.Job.Span.IndexOfAnyExcept((byte)'x')}");
        }
    }

    /// <summary>Exchanges batches that tell where they come from, and looks at what comes.</summary>
    internal static void Exchanges(IPeers peers, int count, int bytes)
    {
        WireBuffer[] outgoing = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        WireBuffer[] incoming = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        for (int i = 0; i < count; i++)
        {
            for (int to = 0; to < peers.Count; to++)
                outgoing[to].Refill(bytes).Fill((byte)(i + 10 * peers.Self + to));
            peers.Exchange(outgoing, incoming);
            for (int from = 0; from < peers.Count; from++)
            {
                if (from != peers.Self && (incoming[from].Length != bytes || incoming[from].Written.IndexOfAnyExcept((byte)(i + 10 * from + peers.Self)) >= 0))
                    throw new WireException($"Batch {i} from {from} is not what was sent.");
            }
        }
    }
}
