using System.Diagnostics;
using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>The process that starts a run: node 0, which finds the others, gives them the job, and parts from them in good order.</summary>
/// <remarks>Used by one thread, which is the simulation's as well.</remarks>
public sealed class ClusterCoordinator : IDisposable
{
    private const int DoneMilliseconds = 10_000;
    private const int LostMilliseconds = 500; // who gave up by itself says so
    private const int ObjectionsMax = 8;
    private static readonly TimeSpan beat = TimeSpan.FromMilliseconds(50);
    private readonly ClusterOptions options;
    private readonly ClusterSystem system;
    private readonly MemberWatch watch;
    private readonly SortedSet<NodeAddress> serving = new(Comparer<NodeAddress>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())));
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private RunSession? session;

    private ClusterCoordinator(ClusterOptions options, ClusterSystem system)
    {
        this.options = options;
        this.system = system;
        watch = new MemberWatch(system);
    }

    /// <summary>Where this process listens: a seed for others.</summary>
    public NodeAddress Address => system.Address;

    /// <summary>Starts to listen, and joins the cluster of the seeds, or makes one.</summary>
    /// <exception cref="ClusterException">The address cannot be listened on, or the options are wrong.</exception>
    public static ClusterCoordinator Start(ClusterOptions options)
    {
        IReadOnlyList<NodeAddress> seeds = options.Seeds();
        options.Check(seeds);
        ClusterSystem system = ClusterSystem.Start(options, ClusterSystem.CoordinatorRole);
        system.Join(seeds);
        return new ClusterCoordinator(options, system);
    }

    /// <summary>Gathers nodes for a run, and gives them the job.</summary>
    /// <param name="job">What they are given: 1 byte to 256 MiB.</param>
    /// <param name="wanted">How many other nodes: 1 to 63.</param>
    /// <param name="atLeast">How many will do when the time is up; 0 to <paramref name="wanted"/>.</param>
    /// <param name="patience">How long they are waited for.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Those that take part; null if none was found and none will do.</returns>
    /// <exception cref="ClusterException">Too few came in time, or the job is too large.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public ClusterPeers? Gather(ReadOnlyMemory<byte> job, int wanted, int atLeast, TimeSpan patience, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wanted, RunMembers.CountMax - 1);
        if (job.Length is 0 or > NodeClaim.JobBytesMax)
            throw new ClusterException($"The topology and its traces have {job.Length:N0} bytes; a run over several nodes takes at most {NodeClaim.JobBytesMax:N0}.");
        long deadline = clock.ElapsedMilliseconds + (long)patience.TotalMilliseconds;
        var objections = new SortedSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var gathering = new Gathering(system, options, job, wanted, Hear);
            bool? Enough(int count)
            {
                stop.ThrowIfCancellationRequested();
                if (system.HasEnded)
                    throw new ClusterException(watch.Joined ? "This process was removed from the cluster by another node." : $"{NotJoined} Its side of the cluster ended, as it does when TLS does not trust the other.");
                watch.Remove(clock.ElapsedMilliseconds);
                return clock.ElapsedMilliseconds < deadline ? null : count > 0 && count >= atLeast;
            }

            session = gathering.Gather(serving, Enough);
            if (session is not null)
                return new ClusterPeers(session);
            objections.UnionWith(gathering.Objections);
            if (clock.ElapsedMilliseconds < deadline)
                continue;
            if (atLeast == 0)
                return null;
            string joined = watch.Joined ? "" : $" {NotJoined}";
            throw new ClusterException(string.Create(CultureInfo.InvariantCulture,
                $"Waited {patience.TotalSeconds:0} s for {wanted} other {(wanted == 1 ? "node" : "nodes")}, and {gathering.Count} came.{joined}{string.Concat(objections.Take(ObjectionsMax))}"));
        }
    }

    private string NotJoined => $"The cluster of {string.Join(", ", options.Seeds())} was not joined.";

    /// <summary>Ends a run: waits for what the other nodes have to say, within bounds, and sets them free. A node that was lost is removed from the cluster.</summary>
    public IReadOnlyList<NodeEnd> Finish()
    {
        if (session is not { } over)
            return [];
        var results = new ShareResult?[over.Count];
        long start = clock.ElapsedMilliseconds;
        bool Expected(int node, long waited) =>
            results[node] is null && serving.Contains(over.AddressOf(node)) && waited < (over.Loss?.Peer == node ? LostMilliseconds : DoneMilliseconds);
        while (Enumerable.Range(1, over.Count - 1).Any(n => Expected(n, clock.ElapsedMilliseconds - start)))
        {
            if (system.Port.Next(beat) is not { } what)
                continue;
            Hear(what);
            if (what is ClusterEvent.Heard { Message: ClusterMessage.Frame { Kind: FrameKind.Done } frame } && over.Read(frame) is { } result)
                results[frame.From] = result;
        }

        for (int node = 1; node < over.Count; node++)
            over.Tell(node, FrameKind.Bye, []);
        system.Port.Session = session = null;
        if (over.Loss is { Peer: > 0 } loss && results[loss.Peer] is null && over.IsDoubted(loss.Peer))
            Forget(over.AddressOf(loss.Peer));
        return [.. Enumerable.Range(1, over.Count - 1).Select(n => new NodeEnd(n, over.AddressOf(n), results[n]))];
    }

    /// <summary>Leaves the cluster in good order.</summary>
    public void Dispose()
    {
        if (session is { } under)
        {
            under.Lose(0, "the coordinator ends");
            Finish();
        }

        system.Leave();
    }

    private void Forget(NodeAddress node)
    {
        serving.Remove(node);
        system.Remove(node);
    }

    private void Hear(ClusterEvent what)
    {
        watch.Hear(what, clock.ElapsedMilliseconds);
        if (what is ClusterEvent.Joined { ServesRuns: true } joined)
            serving.Add(joined.Address);
        else if (what is ClusterEvent.Gone gone)
            serving.Remove(gone.Address);
    }
}
