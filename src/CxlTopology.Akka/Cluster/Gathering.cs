using System.Diagnostics;
using System.Security.Cryptography;
using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>Finds the nodes of one run, makes sure of them, gives them the job, and has them get to know each other.</summary>
internal sealed class Gathering
{
    private const int AskAgainMilliseconds = 1_000;
    private const int StallMilliseconds = 15_000;
    private const int RemindMilliseconds = 3_000;
    private const int PartBytes = 512 << 10;
    private const int PartsUnderWay = 8;
    private const int HeadBytes = 8;
    private static readonly TimeSpan beat = TimeSpan.FromMilliseconds(50);
    private readonly ClusterSystem system;
    private readonly ClusterOptions options;
    private readonly ReadOnlyMemory<byte> job;
    private readonly Dictionary<NodeAddress, Candidate> candidates = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Action<ClusterEvent> hear;
    private readonly RunKey key;
    private readonly int wanted;
    private bool failed;

    /// <param name="system">The coordinator's.</param>
    /// <param name="options">Its options.</param>
    /// <param name="job">What the nodes are given.</param>
    /// <param name="wanted">How many nodes are wanted.</param>
    /// <param name="hear">Hears all that comes, beside this.</param>
    public Gathering(ClusterSystem system, ClusterOptions options, ReadOnlyMemory<byte> job, int wanted, Action<ClusterEvent> hear)
    {
        this.wanted = wanted;
        this.hear = hear;
        this.system = system;
        this.options = options;
        this.job = job;
        key = new RunKey(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), options.Secret);
    }

    /// <summary>Why nodes that are there are not taken: a sentence each, after a space.</summary>
    public IEnumerable<string> Objections => candidates.Values.Where(c => c.Objection is not null).Select(c => $" {c.Address}: {c.Objection}.");

    /// <summary>How many nodes have agreed and have the job.</summary>
    public int Count => candidates.Values.Count(c => c.Claimed && c.Taken == job.Length);

    /// <summary>Gathers.</summary>
    /// <param name="members">The nodes that serve runs and are in the cluster.</param>
    /// <param name="enough">Whether to go on with what there is; asked again and again.</param>
    /// <returns>The session with those that agreed; null if enough did not come, or one of them was lost: then they are free again.</returns>
    public RunSession? Gather(IReadOnlyCollection<NodeAddress> members, Func<int, bool?> enough)
    {
        RunSession? session = null;
        try
        {
            system.Port.Run = key.Run;
            return session = GatherOrGiveUp(members, enough);
        }
        finally
        {
            if (session is null)
                Release();
        }
    }

    private IEnumerable<Candidate> Taken => candidates.Values.Where(c => c.Number > 0).OrderBy(c => c.Number);

    private RunSession? GatherOrGiveUp(IReadOnlyCollection<NodeAddress> members, Func<int, bool?> enough)
    {
        while (!failed)
        {
            foreach (NodeAddress member in members)
                candidates.TryAdd(member, new Candidate(member, system.ActorAt(member)));
            foreach (Candidate candidate in candidates.Values)
                Attend(candidate);
            if (Count == wanted)
                return Introduce();
            if (enough(Count) is { } goOn)
                return goOn ? Introduce() : null;
            Listen();
        }

        return null;
    }

    private void Attend(Candidate candidate)
    {
        long now = clock.ElapsedMilliseconds;
        if (candidate.Number > 0)
        {
            if (now - candidate.HeardAt > StallMilliseconds)
                Drop(candidate, $"it has said nothing for {StallMilliseconds / 1000} s");
            else if (candidate.Claimed)
                SendJob(candidate, now);
        }
        else if (!candidate.Refused && Taken.Count() < wanted && !(now - candidate.AskedAt <= AskAgainMilliseconds))
        {
            candidate.AskedAt = now;
            candidate.Actor.Tell(new ClusterMessage.Hello(options.Build, candidate.Nonce), system.Actor);
        }
    }

    private void Hear(ClusterEvent what)
    {
        switch (what)
        {
            case ClusterEvent.Heard { Message: ClusterMessage.Answer answer } when Find(answer.Asked) is { Number: 0, Refused: false } candidate:
                Judge(candidate, answer);
                break;
            case ClusterEvent.Heard { Message: ClusterMessage.Refused refused } when Find(refused.Asked) is { Number: 0 } candidate:
                candidate.Refused = true;
                candidate.Objection = refused.Why;
                break;
            case ClusterEvent.Heard { Message: ClusterMessage.Refused refused, Sender: var sender }:
                if (candidates.GetValueOrDefault(NodeAddress.Of(sender.Path.Address)) is { Number: > 0, Claimed: false } claimed)
                    Drop(claimed, refused.Why);
                break;
            case ClusterEvent.Heard { Message: ClusterMessage.Frame frame }:
                if (Taken.FirstOrDefault(c => c.Number == frame.From) is { } from && key.Open(frame, from.Number, 0, out ReadOnlyMemory<byte> body))
                    Follow(from, frame.Kind, body.Span);
                break;
            case ClusterEvent.Unreachable lost when candidates.GetValueOrDefault(lost.Address) is { Number: > 0 } candidate:
                Drop(candidate, lost.Why);
                break;
            case ClusterEvent.Gone gone when candidates.Remove(gone.Address, out Candidate? candidate) && candidate.Number > 0:
                Drop(candidate, "it has left the cluster");
                break;
        }
    }

    private Candidate? Find(byte[] nonce) => candidates.Values.FirstOrDefault(c => c.Nonce.AsSpan().SequenceEqual(nonce));

    private void Judge(Candidate candidate, ClusterMessage.Answer answer)
    {
        candidate.Objection =
            answer.Build != options.Build ? $"it is of another build: {answer.Build}, and this one is {options.Build}"
            : !Handshake.Same(answer.Proof, Handshake.OfNode(options.Secret, candidate.Nonce, answer.Nonce, system.Address, candidate.Address)) ? "it does not know the secret, or has one where this process has none"
            : answer.Busy.Length > 0 ? answer.Busy
            : null;
        if (candidate.Objection is not null)
        {
            candidate.Refused = answer.Busy.Length == 0;
            return;
        }

        if (Taken.Count() == wanted)
            return; // it may still be needed when another is lost

        candidate.Number = Taken.Count() + 1;
        candidate.HeardAt = clock.ElapsedMilliseconds;
        byte[] proof = Handshake.OfCoordinator(options.Secret, candidate.Nonce, answer.Nonce, system.Address, candidate.Address, key.Run, candidate.Number);
        candidate.Actor.Tell(new ClusterMessage.Claim(answer.Nonce, key.Run, candidate.Number, proof), system.Actor);
    }

    private void Follow(Candidate candidate, FrameKind kind, ReadOnlySpan<byte> body)
    {
        candidate.HeardAt = clock.ElapsedMilliseconds;
        switch (kind)
        {
            case FrameKind.Claimed:
                candidate.Claimed = true;
                break;
            case FrameKind.JobTaken when body.Length == 4:
                candidate.Taken = BitConverter.ToInt32(body);
                break;
            case FrameKind.Ready:
                candidate.Ready = true;
                break;
            case FrameKind.Done:
                Drop(candidate, "it gave up");
                break;
        }
    }

    private void SendJob(Candidate candidate, long now)
    {
        while (candidate.Sent < job.Length && candidate.Sent - candidate.Taken < PartsUnderWay * PartBytes)
            SendPart(candidate, Math.Min(job.Length - candidate.Sent, PartBytes), now);
        // Who waits for others hears from time to time that it is not forgotten, and says that it is there.
        if (now - candidate.SaidAt > RemindMilliseconds)
            SendPart(candidate, 0, now);
    }

    private void SendPart(Candidate candidate, int length, long now)
    {
        Span<byte> head = stackalloc byte[HeadBytes];
        NodeClaim.WriteHead(head, job.Length, candidate.Sent);
        candidate.Actor.Tell(key.Seal(FrameKind.JobPart, 0, candidate.Number, head, job.Span.Slice(candidate.Sent, length)), system.Actor);
        candidate.Sent += length;
        candidate.SaidAt = now;
    }

    private RunSession? Introduce()
    {
        Candidate[] taken = [.. Taken.Where(c => c.Claimed && c.Taken == job.Length)];
        NodeAddress[] addresses = [system.Address, .. taken.Select(c => c.Address)];
        if (taken.Where((c, i) => c.Number != i + 1).Any())
        {
            failed = true; // one in the middle has not come this far
            return null;
        }

        var session = new RunSession(key, 0, [null, .. taken.Select(c => c.Actor)], addresses, system.Actor);
        system.Port.Session = session;
        foreach (Candidate candidate in taken)
            session.Tell(candidate.Number, FrameKind.Start, RunMembers.Write(addresses).Written);
        long deadline = clock.ElapsedMilliseconds + StallMilliseconds;
        while (!failed && !taken.All(c => c.Ready))
        {
            Listen();
            if (clock.ElapsedMilliseconds > deadline)
                Drop(taken.First(c => !c.Ready), $"it did not get ready within {StallMilliseconds / 1000} s");
        }

        if (failed)
        {
            system.Port.Session = null;
            return null;
        }

        foreach (Candidate candidate in taken)
            session.Tell(candidate.Number, FrameKind.Go, []);
        foreach (Candidate late in Taken.Except(taken))
            Release(late);
        return session;
    }

    private void Drop(Candidate candidate, string why)
    {
        candidate.Objection = why;
        failed = true;
    }

    private void Listen()
    {
        if (system.Port.Next(beat) is not { } what)
            return;
        hear(what);
        Hear(what);
    }

    private void Release()
    {
        foreach (Candidate candidate in Taken)
            Release(candidate);
    }

    private void Release(Candidate candidate) => candidate.Actor.Tell(key.Seal(FrameKind.Bye, 0, candidate.Number, []), system.Actor);
}
