using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Judges coherence from the events of all caches: one writer or many readers a line, and every read returns the line's last write.</summary>
/// <remarks>
/// Events of all actors are merged by time, then by the order in which their logs were added. A read that took time may return any value that the line had between its
/// start and its end; a hit took none. The checker keeps what every line holds, byte by byte, and merges what is written of it: so a write of some bytes is judged like one of
/// all, wherever it is made. A line whose last write was poisoned must read as poison; poison that nobody wrote may come from a medium, and is not judged. A line that was lost is
/// unknown until its bytes are written again, and reads of it are not judged.
/// </remarks>
public sealed partial class CoherenceChecker
{
    /// <summary>Lines that are remembered at the most; events of more are not judged, and counted as such.</summary>
    public const int LinesMax = 1 << 22;

    private static readonly ulong zeros = CoherenceLog.HashOf(stackalloc byte[64]);
    private readonly List<(string Name, CoherenceLog Log)> sources = [];
    private readonly Dictionary<ulong, Line> lines = [];

    /// <summary>Changes of state that were judged.</summary>
    public long States { get; private set; }

    /// <summary>Reads that were judged.</summary>
    public long Reads { get; private set; }

    /// <summary>Writes that were seen.</summary>
    public long Writes { get; private set; }

    /// <summary>Reads and events that could not be judged.</summary>
    public long Unjudged { get; private set; }

    /// <summary>States that break the rule of one writer or many readers.</summary>
    public long StateViolations { get; private set; }

    /// <summary>Reads that returned what the line did not hold.</summary>
    public long ReadViolations { get; private set; }

    /// <summary>The first breach of the rule of one writer or many readers, in words; null without one.</summary>
    public string? FirstState { get; private set; }

    /// <summary>The first wrong read, in words; null without one.</summary>
    public string? FirstRead { get; private set; }

    /// <summary>Adds the log of a cache; all before the first look.</summary>
    public void Add(string name, CoherenceLog log) => sources.Add((name, log));

    /// <summary>Takes in everything that happened since the last look. The simulation stands still meanwhile.</summary>
    /// <returns>How many events the busiest cache had.</returns>
    public int Look()
    {
        int most = 0;
        Span<int> places = stackalloc int[sources.Count];
        places.Clear();
        while (true)
        {
            int next = -1;
            long earliest = long.MaxValue;
            for (int i = 0; i < places.Length; i++)
            {
                CoherenceLog log = sources[i].Log;
                if (places[i] < log.Count && log.Events[places[i]].Time < earliest)
                    (next, earliest) = (i, log.Events[places[i]].Time);
            }

            if (next < 0)
                break;
            Judge(next, sources[next].Log, sources[next].Log.Events[places[next]++]);
        }

        foreach ((_, CoherenceLog log) in sources)
        {
            most = Math.Max(most, log.Count);
            Unjudged += log.Dropped;
            log.Clear();
        }

        return most;
    }

    /// <summary>Lines that were written and whose content is known, while nothing is under way.</summary>
    public long WrittenLines => lines.Values.LongCount(l => l.Known && l.Count > 0);

    /// <summary>Lines whose last write is nowhere: no cache holds them modified, and memory has something else. A sentence each, by address.</summary>
    public IEnumerable<string> VanishedWrites() => lines.Where(l => l.Value.HasVanished).OrderBy(l => l.Key).Select(l => string.Create(
        CultureInfo.InvariantCulture, $"the last write to line 0x{l.Key:x} is neither in a cache nor in memory"));

    private void Judge(int source, CoherenceLog log, in CoherenceEvent item)
    {
        if (!lines.TryGetValue(item.Line, out Line? line))
        {
            if (lines.Count == LinesMax)
            {
                Unjudged++;
                return;
            }

            lines.Add(item.Line, line = new Line(sources.Count));
        }

        switch (item.Kind)
        {
            case CoherenceEventKind.State:
                line.States[source] = (LineState)item.Value;
                JudgeState(source, line, item);
                break;
            case CoherenceEventKind.Write:
                Writes++;
                line.Write(log.DataOf(item), item);
                break;
            case CoherenceEventKind.Stored:
                line.Store(log.DataOf(item), item);
                break;
            case CoherenceEventKind.Read:
                JudgeRead(source, line, item);
                break;
            default:
                line.Lose();
                break;
        }
    }

    private void JudgeState(int source, Line line, in CoherenceEvent item)
    {
        States++;
        var state = (LineState)item.Value;
        if (state == LineState.Invalid)
            return;
        for (int i = 0; i < line.States.Length; i++)
        {
            if (i == source || line.States[i] == LineState.Invalid || (state == LineState.Shared && line.States[i] == LineState.Shared))
                continue;
            StateViolations++;
            FirstState ??= string.Create(CultureInfo.InvariantCulture,
                $"at {new SimTime(item.Time)} {sources[source].Name} holds line 0x{item.Line:x} {state} while {sources[i].Name} holds it {line.States[i]}");
            return;
        }
    }

    private void JudgeRead(int source, Line line, in CoherenceEvent item)
    {
        if (!line.Known || item.Since < line.KnownSince)
        {
            Unjudged++;
            return;
        }

        Reads++;
        // From the newest write back to the one that was in force when the read began.
        int oldest = Math.Max(0, line.Count - Line.WritesKept);
        for (int i = line.Count - 1; i >= oldest; i--)
        {
            if (line.Reads(i, item.Value))
                return;
            if (line.TimeOf(i) <= item.Since)
            {
                Complain(source, item);
                return;
            }
        }

        if (oldest > 0)
        {
            Reads--;
            Unjudged++;
        }
        else if (item.Value != zeros)
        {
            Complain(source, item);
        }
    }

    private void Complain(int source, in CoherenceEvent item)
    {
        ReadViolations++;
        FirstRead ??= string.Create(CultureInfo.InvariantCulture,
            $"at {new SimTime(item.Time)} {sources[source].Name} read from line 0x{item.Line:x} what it did not hold since {new SimTime(item.Since)}");
    }
}
