namespace CxlTopology.Akka;

/// <summary>Where the node's one actor meets its threads: what belongs to the run under way goes to its session, all else waits here in a bounded line.</summary>
internal sealed class ClusterPort
{
    private const int EventsMax = 4096;
    private readonly Queue<ClusterEvent> events = new();
    private volatile RunSession? session;
    private ulong run;

    /// <summary>The run under way; null if none is.</summary>
    public RunSession? Session
    {
        get => session;
        set => session = value;
    }

    /// <summary>The run that this node has to do with, 0 if with none: frames of others are not kept, so that strangers cannot fill the line with large ones.</summary>
    public ulong Run
    {
        get => Volatile.Read(ref run);
        set => Volatile.Write(ref run, value);
    }

    /// <summary>Adds to the line. What does not fit is dropped: who asked will ask again.</summary>
    public void Post(ClusterEvent what)
    {
        lock (events)
        {
            if (events.Count >= EventsMax)
                return;
            events.Enqueue(what);
            Monitor.Pulse(events);
        }
    }

    /// <summary>The next in the line; null if none came in time.</summary>
    public ClusterEvent? Next(TimeSpan wait)
    {
        lock (events)
        {
            if (events.Count == 0 && wait > TimeSpan.Zero)
                Monitor.Wait(events, wait);
            return events.TryDequeue(out ClusterEvent? what) ? what : null;
        }
    }
}
