namespace CxlTopology.Akka.Tests.Cluster;

/// <summary>A node in this process, on a thread of its own, over real connections.</summary>
internal sealed class TestNode : IDisposable
{
    public const string Build = "the build of the tests";
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> said = [];
    private readonly Thread thread;
    private Exception? failed;

    public TestNode(Func<ClusterShare, ShareResult> run, NodeAddress? seed = null, bool once = false, SharedSecret? secret = null, string build = Build)
    {
        NodeAddress[] seeds = seed is { } known ? [known] : [];
        var options = new ClusterOptions { Build = build, Seeds = () => seeds, Secret = secret, Log = TextWriter.Null };
        thread = new Thread(() =>
        {
            try
            {
                new ClusterNode(options, run, Say).Serve(once, stop.Token);
            }
#pragma warning disable CA1031 // the test looks at it
            catch (Exception error)
#pragma warning restore CA1031
            {
                failed = error;
            }
        });
        thread.Start();
    }

    /// <summary>What it has said.</summary>
    public IReadOnlyList<string> Said
    {
        get
        {
            lock (said)
                return [.. said];
        }
    }

    /// <summary>Where it listens.</summary>
    public NodeAddress Address
    {
        get
        {
            string line = Await("listening on ");
            return NodeAddress.TryParse(line.Split(' ')[2].TrimEnd(','), out NodeAddress address) ? address : throw new InvalidOperationException(line);
        }
    }

    /// <summary>Options of a process that joins a node.</summary>
    public static ClusterOptions Joining(NodeAddress seed, SharedSecret? secret = null, string build = Build) => new() { Build = build, Seeds = () => [seed], Secret = secret, Log = TextWriter.Null };

    /// <summary>Waits until it says something.</summary>
    public string Await(string start, int times = 1)
    {
        lock (said)
        {
            long until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
            while (said.Count(s => s.StartsWith(start, StringComparison.Ordinal)) < times)
            {
                if (failed is not null || Environment.TickCount64 > until)
                    Assert.Fail($"The node did not say \"{start}\" but: {string.Join("; ", said)}; {failed?.Message}");
                Monitor.Wait(said, 100);
            }

            return said.Where(s => s.StartsWith(start, StringComparison.Ordinal)).ElementAt(times - 1);
        }
    }

    /// <summary>Tells it to stop.</summary>
    public void Stop() => stop.Cancel();

    /// <summary>Waits until it ends, and gives what it failed with; null if it did not fail.</summary>
    public Exception? End()
    {
        Assert.True(thread.Join(patience), "The node did not end.");
        return failed;
    }

    public void Dispose()
    {
        stop.Cancel();
        bool ended = thread.Join(patience);
        stop.Dispose();
        Assert.True(ended, "The node did not end.");
    }

    private void Say(string text)
    {
        lock (said)
        {
            said.Add(text);
            Monitor.PulseAll(said);
        }
    }
}
