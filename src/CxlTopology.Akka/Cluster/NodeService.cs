using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>A node's life in one cluster: who asks is answered, who proves that it may take the node takes it, one run at a time.</summary>
internal sealed class NodeService : IDisposable
{
    private const int ClaimMilliseconds = 30_000;
    private const int ByeMilliseconds = 10_000;
    private const int StopMilliseconds = 7_000;
    private const int AsksMax = 64;
    private static readonly TimeSpan beat = TimeSpan.FromMilliseconds(100);
    private readonly ClusterSystem system;
    private readonly ClusterOptions options;
    private readonly Func<ClusterShare, ShareResult> runShare;
    private readonly Action<string> say;
    private readonly MemberWatch watch;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Queue<(byte[] Nonce, byte[] CoordinatorNonce, NodeAddress Coordinator)> asks = new();
    private readonly CancellationTokenSource stopping = new();
    private NodeClaim? claim;
    private int served;

    public NodeService(ClusterSystem system, ClusterOptions options, Func<ClusterShare, ShareResult> runShare, Action<string> say)
    {
        this.system = system;
        this.options = options;
        this.runShare = runShare;
        this.say = say;
        watch = new MemberWatch(system);
    }

    /// <summary>Serves until something ends it.</summary>
    /// <param name="seeds">The others that this node joined.</param>
    /// <param name="once">Whether one run is enough.</param>
    /// <param name="stop">Tells it to end.</param>
    public NodeEnding Serve(IReadOnlyCollection<NodeAddress> seeds, bool once, CancellationToken stop)
    {
        bool wasMember = false;
        long? stopAt = null;
        try
        {
            while (true)
            {
                long now = clock.ElapsedMilliseconds;
                if (system.Port.Next(beat) is { } what)
                {
                    watch.Hear(what, now);
                    Hear(what, now);
                }

                watch.Remove(now);
                LetGo(now);
                if (stop.IsCancellationRequested && stopAt is null)
                {
                    stopAt = now + StopMilliseconds;
                    stopping.Cancel();
                }

                if (claim is null)
                {
                    if (stopAt is not null)
                        return NodeEnding.Stopped;
                    if (once && served > 0)
                        return NodeEnding.Served;
                }
                else if (now > stopAt)
                {
                    GiveUp("it was told to stop");
                    return NodeEnding.Stopped;
                }

                if (!wasMember && watch.Joined)
                    say("joined; waiting for runs");
                wasMember |= watch.Joined;
                bool alone = system.HasEnded || (wasMember && (!watch.Joined || (seeds.Count > 0 && !seeds.Any(watch.Has))));
                if (alone && claim?.Runner is null)
                    return once ? throw new ClusterException("The cluster that this node was in is gone, and no run came.") : NodeEnding.Alone;
                if (once && !wasMember && now > options.JoinTimeout.TotalMilliseconds)
                    throw new ClusterException($"None of the seeds could be joined within {options.JoinTimeout.TotalSeconds:0} s: {string.Join(", ", seeds)}.");
            }
        }
        finally
        {
            if (claim is not null)
                GiveUp("it ends");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => stopping.Dispose();

    private void Hear(ClusterEvent what, long now)
    {
        switch (what)
        {
            case ClusterEvent.Heard { Message: ClusterMessage.Hello hello } heard:
                Answer(hello, heard);
                break;
            case ClusterEvent.Heard { Message: ClusterMessage.Claim asked } heard:
                Take(asked, heard, now);
                break;
            case ClusterEvent.Heard { Message: ClusterMessage.Frame frame } when claim is not null && claim.Key.Open(frame, 0, claim.Number, out ReadOnlyMemory<byte> body):
                claim.LastHeard = now;
                try
                {
                    Follow(claim, frame.Kind, body);
                }
                catch (WireException wrong)
                {
                    say($"the run of {claim.Coordinator} was given up: {wrong.Message}");
                    GiveUp(wrong.Message);
                }

                break;
            case ClusterEvent.Unreachable lost when claim is { Session: null } && claim.Coordinator == lost.Address:
                say($"the coordinator {claim.Coordinator} is gone: {lost.Why}");
                End(claim);
                break;
            case ClusterEvent.ShareEnded ended when claim is not null && claim.Key.Run == ended.Run:
                claim.EndedAt = now;
                claim.Tell(FrameKind.Done, NodeEnd.Write(ended.Code, ended.Text).Written, system.Actor);
                say(ended.Text.Length == 0 ? "the run is over" : "the run is over: " + ended.Text);
                break;
        }
    }

    private void Answer(ClusterMessage.Hello hello, ClusterEvent.Heard heard)
    {
        if (hello.Build != options.Build)
        {
            heard.Sender.Tell(new ClusterMessage.Refused(hello.Nonce, $"it is of another build: {options.Build}, and the coordinator of {hello.Build}"), system.Actor);
            return;
        }

        byte[] nonce = Handshake.Nonce();
        if (asks.Count == AsksMax)
            asks.Dequeue();
        asks.Enqueue((nonce, hello.Nonce, heard.From));
        string busy = claim is null ? stopping.IsCancellationRequested ? "it is about to stop" : "" : $"it serves a run of {claim.Coordinator}";
        byte[] proof = Handshake.OfNode(options.Secret, hello.Nonce, nonce, heard.From, system.Address);
        heard.Sender.Tell(new ClusterMessage.Answer(hello.Nonce, nonce, options.Build, busy, proof), system.Actor);
    }

    private void Take(ClusterMessage.Claim asked, ClusterEvent.Heard heard, long now)
    {
        (byte[] nonce, byte[] coordinatorNonce, NodeAddress coordinator) = asks.FirstOrDefault(a => a.Nonce.AsSpan().SequenceEqual(asked.Asked));
        string? why = nonce is null || coordinator != heard.From ? "it was not asked before"
            : asked.Number is 0 or >= RunMembers.CountMax ? "its number is out of range"
            : !Handshake.Same(asked.Proof, Handshake.OfCoordinator(options.Secret, coordinatorNonce, nonce, coordinator, system.Address, asked.Run, asked.Number))
                ? "the coordinator does not know the secret"
            : claim is not null ? $"it serves a run of {claim.Coordinator}"
            : stopping.IsCancellationRequested ? "it is about to stop"
            : null;
        if (why is not null)
        {
            heard.Sender.Tell(new ClusterMessage.Refused(asked.Asked, why), system.Actor);
            return;
        }

        asks.Clear();
        claim = new NodeClaim(new RunKey(asked.Run, options.Secret), asked.Number, coordinator, system.ActorAt(coordinator)) { LastHeard = now };
        system.Port.Run = claim.Key.Run;
        claim.Tell(FrameKind.Claimed, [], system.Actor);
        say($"taken by {coordinator}");
    }

    private void Follow(NodeClaim held, FrameKind kind, ReadOnlyMemory<byte> body)
    {
        switch (kind)
        {
            case FrameKind.JobPart when held.Session is null:
                Span<byte> taken = stackalloc byte[4];
                BitConverter.TryWriteBytes(taken, held.TakePart(body.Span));
                held.Tell(FrameKind.JobTaken, taken, system.Actor);
                break;
            case FrameKind.Start when held.Session is null:
                NodeAddress[] members = RunMembers.Read(body.Span);
                if (held.Number >= members.Length || members[held.Number] != system.Address || members[0] != held.Coordinator)
                    throw new WireException("the list of nodes does not have this one at its place");
                IActorRef?[] actors = [.. members.Select((m, i) => i == held.Number ? null : system.ActorAt(m))];
                system.Port.Session = held.Session = new RunSession(held.Key, held.Number, actors, members, system.Actor);
                held.Tell(FrameKind.Ready, [], system.Actor);
                break;
            case FrameKind.Go when held is { Session: not null, Runner: null }:
                say(string.Create(CultureInfo.InvariantCulture, $"runs share {held.Number} of {held.Session.Count} for {held.Coordinator}"));
                held.Runner = new Thread(() => Run(held)) { IsBackground = true, Name = "share" };
                held.Runner.Start();
                break;
            case FrameKind.Bye:
                End(held);
                break;
        }
    }

    private void Run(NodeClaim held)
    {
        var peers = new ClusterPeers(held.Session!);
        ShareResult result;
        try
        {
            result = runShare(new ClusterShare(held.Job, peers, stopping.Token));
        }
#pragma warning disable CA1031 // whatever it is, the others must hear of it, and this node serves the next run
        catch (Exception error)
#pragma warning restore CA1031
        {
            result = new ShareResult(70, $"{error.GetType().Name}: {error.Message}");
            peers.Abandon(result.Text);
        }

        system.Port.Post(new ClusterEvent.ShareEnded(held.Key.Run, result.Code, result.Text));
    }

    /// <summary>Lets go of a run whose coordinator says nothing any more.</summary>
    private void LetGo(long now)
    {
        if (claim is null)
            return;
        bool forgotten = claim.Runner is null ? now - claim.LastHeard > ClaimMilliseconds || claim.Session?.Loss is not null
            : claim.EndedAt is { } ended && (now - ended > ByeMilliseconds || claim.Session!.Loss is { Peer: 0 or -1 });
        if (!forgotten)
            return;
        say($"the coordinator {claim.Coordinator} says nothing any more: waiting for other runs");
        End(claim);
    }

    private void GiveUp(string why)
    {
        NodeClaim held = claim!;
        if (held.Session is { } session)
            session.Lose(held.Number, why);
        else
            held.Tell(FrameKind.Done, NodeEnd.Write(70, why).Written, system.Actor);
        if (held.Runner is { } runner)
            runner.Join(ByeMilliseconds);
        End(held);
    }

    private void End(NodeClaim held)
    {
        if (held.Runner is not null)
            served++;
        system.Port.Session = null;
        system.Port.Run = 0;
        if (ReferenceEquals(claim, held))
            claim = null;
    }
}
