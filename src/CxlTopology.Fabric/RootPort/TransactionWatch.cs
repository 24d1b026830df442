using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Requests that went down and wait for an answer, with the time at which each has waited too long.</summary>
/// <remarks>
/// By tag: parts of one burst are one entry. What was given up is remembered until its answer comes after all, which is then nobody's. Bounded by what requesters may have under way.
/// </remarks>
internal sealed class TransactionWatch
{
    private readonly Dictionary<uint, Entry> underWay = [];
    private readonly Dictionary<uint, int> givenUp = [];
    private readonly Queue<(long Deadline, uint Tag, ulong Number)> order = new();
    private readonly Stack<Entry> spare = new(); // so that a request allocates nothing
    private ulong last;

    /// <summary>Requests that wait.</summary>
    public int Count => underWay.Count;

    /// <summary>A request goes down.</summary>
    /// <param name="request">The request.</param>
    /// <param name="deadline">When it has waited too long, in femtoseconds; the largest for never.</param>
    public void Sent(in Message request, long deadline)
    {
        if (underWay.TryGetValue(request.Tag, out Entry? part))
        {
            part.Rest |= request.Argument;
            part.Lines += request.Length;
            return;
        }

        Message copy = request;
        copy.Flags &= unchecked((ushort)~(Message.HasLines | Message.HasRecord));
        copy.Payload = -1;
        if (!spare.TryPop(out Entry? entry))
            entry = new Entry();
        (entry.Request, entry.Number, entry.Rest, entry.Lines) = (copy, ++last, request.Argument, request.Length);
        underWay.Add(request.Tag, entry);
        if (deadline != long.MaxValue)
            order.Enqueue((deadline, request.Tag, last));
    }

    /// <summary>An answer comes up, or a request came back. False if it was given up before: the answer is nobody's.</summary>
    public bool Answered(in Message answer)
    {
        if (underWay.TryGetValue(answer.Tag, out Entry? entry))
        {
            entry.Lines -= answer.Length;
            entry.Rest &= ~answer.Argument;
            if (entry.Lines <= 0)
            {
                underWay.Remove(answer.Tag);
                spare.Push(entry);
            }

            return true;
        }

        if (!givenUp.TryGetValue(answer.Tag, out int lines))
            return true; // it was not watched
        if (lines > answer.Length)
            givenUp[answer.Tag] = lines - answer.Length;
        else
            givenUp.Remove(answer.Tag);
        return false;
    }

    /// <summary>When the next has waited too long; null if none ever will.</summary>
    public long? NextDeadline()
    {
        while (order.TryPeek(out (long Deadline, uint Tag, ulong Number) next))
        {
            if (underWay.TryGetValue(next.Tag, out Entry? entry) && entry.Number == next.Number)
                return next.Deadline;
            order.Dequeue();
        }

        return null;
    }

    /// <summary>Gives up the request that has waited longest, if it has waited too long.</summary>
    public bool TryGiveUp(long now, out Message request)
    {
        request = default;
        if (NextDeadline() is not { } deadline || deadline > now)
            return false;
        request = GiveUp(underWay[order.Dequeue().Tag]);
        return true;
    }

    /// <summary>Gives up all of them.</summary>
    /// <returns>The requests, in the order in which they went down.</returns>
    public IReadOnlyList<Message> GiveUpAll() => [.. underWay.Values.OrderBy(e => e.Number).ToArray().Select(GiveUp)];

    /// <summary>Nothing of what was given up can come any more.</summary>
    public void Forget() => givenUp.Clear();

    private Message GiveUp(Entry entry)
    {
        Message request = entry.Request;
        underWay.Remove(request.Tag);
        givenUp[request.Tag] = entry.Lines;
        if ((request.Flags & (ushort)AccessFlags.Burst) == 0)
            return request;
        request.Argument = entry.Rest;
        request.Length = (byte)BitOperations.PopCount(entry.Rest);
        return request;
    }

    private sealed class Entry
    {
        public Message Request { get; set; }

        public ulong Number { get; set; }

        public ulong Rest { get; set; }

        public int Lines { get; set; }
    }
}
