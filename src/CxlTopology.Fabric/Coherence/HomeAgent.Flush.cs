using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A range of addresses that software wants in no cache any more, because what is behind it is about to change: a region comes or goes, a device is reset.</summary>
/// <remarks>
/// What the host's cache has of it is written back if it is modified, and given up; what devices hold is snooped from them first. A line that is in use waits for the end of that. One request is served after the other.
/// </remarks>
public sealed partial class HomeAgent
{
    private const int FlushedAtOnce = 4096;
    private readonly Dictionary<ulong, FlushStep> flushing = []; // by line, for look-up alone
    private readonly Queue<Message> flushes = [];
    private readonly Queue<ulong> toFlush = [];
    private bool startsLines; // what ends a line at once must not end the flush that is being begun

    private enum FlushStep
    {
        InUse,
        Fetched,
        GivenUp,
    }

    /// <summary>An agent asks for the lines from an address on, as many bytes as the argument says.</summary>
    private void OnFlush(ref Message message)
    {
        flushes.Enqueue(message);
        if (flushes.Count == 1)
            BeginFlush();
    }

    private void BeginFlush()
    {
        while (flushes.TryPeek(out Message request))
        {
            (ulong first, ulong bytes) = (request.Address, request.Argument);
            IEnumerable<ulong> held = directory.All.Where(e => e.Entry.Owner >= 0 || e.Entry.Sharers != 0).Select(e => e.Line);
            foreach (ulong line in CachedLines.Select(l => l.Line).Concat(held).Concat(InUse()).Where(l => l - first < bytes).Distinct().Order())
                toFlush.Enqueue(line);
            StartLines();
            if (flushing.Count > 0)
                return;
            AnswerFlush();
        }
    }

    // Each takes a transaction, of which there are as many as a host may have accesses outstanding.
    private void StartLines()
    {
        startsLines = true;
        while (flushing.Count < FlushedAtOnce && toFlush.TryDequeue(out ulong line))
        {
            flushing.Add(line, FlushStep.InUse);
            OnFlushedLine(line);
        }

        startsLines = false;
    }

    private IEnumerable<ulong> InUse()
    {
        foreach (Transaction t in transactions)
        {
            if (t.Kind != TransactionKind.None)
                yield return t.Line;
        }
    }

    /// <summary>Nothing uses a line at the moment: the next step of its flush is made.</summary>
    private void OnFlushedLine(ulong line)
    {
        if (!flushing.TryGetValue(line, out FlushStep step) || busy.Find(line) >= 0)
            return;
        DirectoryEntry entry = directory.Find(line);
        if (step == FlushStep.InUse && (entry.Owner >= 0 || entry.Sharers != 0) && HostState(line) < LineState.Exclusive)
        {
            flushing[line] = FlushStep.Fetched; // that ends with the line in the host's cache alone, if it has one
            Fetch(line);
            return;
        }

        int frame = cache?.Find(line) ?? None;
        if (step != FlushStep.GivenUp && frame >= 0)
        {
            flushing[line] = FlushStep.GivenUp;
            Evict(frame);
            return;
        }

        flushing.Remove(line);
    }

    /// <summary>A transaction on a line has ended.</summary>
    private void GoOnFlushing(ulong line)
    {
        if (!flushing.ContainsKey(line))
            return;
        OnFlushedLine(line);
        if (startsLines)
            return;
        StartLines();
        if (flushing.Count > 0 || flushes.Count == 0)
            return;
        AnswerFlush();
        BeginFlush();
    }

    /// <summary>Takes a line from the devices that hold it: a write of the host that writes nothing.</summary>
    private void Fetch(ulong line)
    {
        var write = new Message
        {
            Kind = (byte)MessageKind.M2SRwD,
            Address = line,
            Tag = TagBase | IndexMask | LifeMask << IndexBits,
            Length = 1,
            Payload = None,
            Flags = (ushort)(AccessFlags.Partial | (hasData ? AccessFlags.None : AccessFlags.TimingOnly)),
        };
        AccessLine(ref write);
    }

    private void AnswerFlush()
    {
        Message answer = flushes.Dequeue();
        answer.Kind = (byte)MessageKind.S2MNdr;
        answer.Status = (byte)AccessStatus.Ok;
        SendInside(Parent!, ref answer, SimDuration.Zero);
    }
}
