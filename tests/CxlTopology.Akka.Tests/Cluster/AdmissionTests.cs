using Akka.Actor;

namespace CxlTopology.Akka.Tests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class AdmissionTests
{
    private static readonly TimeSpan brief = TimeSpan.FromSeconds(5);
    private static readonly SharedSecret secret = new("the secret of the tests"u8);
    private static readonly SharedSecret other = new("another secret of theirs"u8);

    public static TheoryData<bool, bool> Secrets => new() { { true, false }, { false, true }, { true, true } };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Node_WithAnotherSecret_IsNotTaken(bool nodeHasOne, bool coordinatorHasOne)
    {
        using var node = new TestNode(NoRun, secret: nodeHasOne ? secret : null);
        using var coordinator = ClusterCoordinator.Start(TestNode.Joining(node.Address, coordinatorHasOne ? other : null));

        ClusterException refused = Assert.Throws<ClusterException>(() => coordinator.Gather("job"u8.ToArray(), 1, 1, brief, CancellationToken.None));

        Assert.Contains($"0 came. {node.Address}: it does not know the secret", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(node.Said, s => s.StartsWith("taken", StringComparison.Ordinal));
    }

    [Fact]
    public void Node_WithTheSecret_RunsUnderSeal()
    {
        using var node = new TestNode(
            share =>
            {
                ClusterFixture.Exchanges(share.Peers, 10, 100);
                return new ShareResult(0, "");
            },
            secret: secret);
        using var coordinator = ClusterCoordinator.Start(TestNode.Joining(node.Address, secret));

        ClusterFixture.Exchanges(coordinator.Gather("job"u8.ToArray(), 1, 1, TimeSpan.FromSeconds(30), CancellationToken.None)!, 10, 100);

        Assert.Equal(0, Assert.Single(coordinator.Finish()).Result!.Code);
    }

    [Fact]
    public void Node_OfAnotherBuild_IsNotTaken()
    {
        using var node = new TestNode(NoRun, build: "older");
        using var coordinator = ClusterCoordinator.Start(TestNode.Joining(node.Address, build: "newer"));

        ClusterException refused = Assert.Throws<ClusterException>(() => coordinator.Gather("job"u8.ToArray(), 1, 1, brief, CancellationToken.None));

        Assert.Contains($"{node.Address}: it is of another build: older, and the coordinator of newer.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Coordinator_ThatDoesNotKnowTheSecret_IsRefusedByTheNode()
    {
        using var node = new TestNode(NoRun, secret: secret);
        using ClusterSystem stranger = ClusterSystem.Start(TestNode.Joining(node.Address), ClusterSystem.CoordinatorRole);
        IActorRef actor = stranger.ActorAt(node.Address);
        actor.Tell(new ClusterMessage.Hello(TestNode.Build, Handshake.Nonce()), stranger.Actor);
        var answer = Hear<ClusterMessage.Answer>(stranger);

        actor.Tell(new ClusterMessage.Claim(answer.Nonce, 7, 1, new byte[Handshake.ProofBytes]), stranger.Actor);

        Assert.Equal("the coordinator does not know the secret", Hear<ClusterMessage.Refused>(stranger).Why);
    }

    [Fact]
    public void Claim_ThatIsSaidAgain_IsRefused()
    {
        using var node = new TestNode(NoRun, secret: secret);
        using ClusterSystem coordinator = ClusterSystem.Start(TestNode.Joining(node.Address, secret), ClusterSystem.CoordinatorRole);
        IActorRef actor = coordinator.ActorAt(node.Address);
        coordinator.Port.Run = 7;
        byte[] nonce = Handshake.Nonce();
        actor.Tell(new ClusterMessage.Hello(TestNode.Build, nonce), coordinator.Actor);
        var answer = Hear<ClusterMessage.Answer>(coordinator);
        byte[] proof = Handshake.OfCoordinator(secret, nonce, answer.Nonce, coordinator.Address, node.Address, 7, 1);
        actor.Tell(new ClusterMessage.Claim(answer.Nonce, 7, 1, proof), coordinator.Actor);
        Assert.Equal(FrameKind.Claimed, Hear<ClusterMessage.Frame>(coordinator).Kind);
        actor.Tell(new RunKey(7, secret).Seal(FrameKind.Bye, 0, 1, []), coordinator.Actor);

        actor.Tell(new ClusterMessage.Claim(answer.Nonce, 7, 1, proof), coordinator.Actor);

        Assert.Equal("it was not asked before", Hear<ClusterMessage.Refused>(coordinator).Why);
    }

    [Fact]
    public void Object_OfATypeThatIsNotOurs_DoesNotArrive()
    {
        using var node = new TestNode(NoRun);
        using ClusterSystem stranger = ClusterSystem.Start(TestNode.Joining(node.Address), ClusterSystem.CoordinatorRole);
        IActorRef actor = stranger.ActorAt(node.Address);
        foreach (object message in (object[])["text", 7, new byte[3], PoisonPill.Instance, Kill.Instance, new { Any = "thing" }])
            actor.Tell(message, stranger.Actor);

        actor.Tell(new ClusterMessage.Hello(TestNode.Build, Handshake.Nonce()), stranger.Actor);

        Assert.Equal("", Hear<ClusterMessage.Answer>(stranger).Busy);
    }

    [Fact]
    public void Listening_OnAPortThatIsTaken_IsRefused()
    {
        using var node = new TestNode(NoRun);

        ClusterException refused = Assert.Throws<ClusterException>(() => ClusterCoordinator.Start(new ClusterOptions { Build = "b", Listen = node.Address, Log = TextWriter.Null }));

        Assert.Equal($"Cannot listen on {node.Address}: Address already in use.", refused.Message);
    }

    [Fact]
    public void Node_ThatIsThereOnce_EndsAfterARun()
    {
        using var coordinator = ClusterCoordinator.Start(new ClusterOptions { Build = TestNode.Build, Log = TextWriter.Null });
        using var node = new TestNode(_ => new ShareResult(0, "done"), coordinator.Address, once: true);

        coordinator.Gather("job"u8.ToArray(), 1, 1, TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Equal("done", Assert.Single(coordinator.Finish()).Result!.Text);
        Assert.Null(node.End());
    }

    [Fact]
    public void Node_WhoseSeedReturns_JoinsItAgain()
    {
        NodeAddress seed;
        TestNode node;
        using (var first = ClusterCoordinator.Start(new ClusterOptions { Build = TestNode.Build, Log = TextWriter.Null }))
        {
            seed = first.Address;
            node = new TestNode(_ => new ShareResult(0, "done"), seed);
            node.Await("joined");
        }

        using (node)
        {
            node.Await("its seeds are gone");
            using var second = ClusterCoordinator.Start(new ClusterOptions { Build = TestNode.Build, Listen = seed, Log = TextWriter.Null });
            second.Gather("job"u8.ToArray(), 1, 1, TimeSpan.FromSeconds(30), CancellationToken.None);

            Assert.Equal("done", Assert.Single(second.Finish()).Result!.Text);
        }
    }

    [Fact]
    public void Node_ThatIsToldToStop_StopsItsRunFirst()
    {
        using var coordinator = ClusterCoordinator.Start(new ClusterOptions { Build = TestNode.Build, Log = TextWriter.Null });
        using var node = new TestNode(
            share =>
            {
                share.Stopping.WaitHandle.WaitOne();
                ClusterFixture.Exchanges(share.Peers, 1, 10);
                return new ShareResult(143, "told to stop");
            },
            coordinator.Address);
        ClusterPeers peers = coordinator.Gather("job"u8.ToArray(), 1, 1, TimeSpan.FromSeconds(30), CancellationToken.None)!;
        node.Stop();

        ClusterFixture.Exchanges(peers, 1, 10);

        Assert.Equal(new ShareResult(143, "told to stop"), Assert.Single(coordinator.Finish()).Result);
        Assert.Null(node.End());
    }

    private static ShareResult NoRun(ClusterShare share) => throw new InvalidOperationException("No run was to come this far.");

    private static T Hear<T>(ClusterSystem system)
        where T : ClusterMessage
    {
        for (long until = Environment.TickCount64 + 20_000; Environment.TickCount64 < until;)
        {
            if (system.Port.Next(TimeSpan.FromMilliseconds(100)) is ClusterEvent.Heard { Message: T message })
                return message;
        }

        throw new TimeoutException($"No {typeof(T).Name} came.");
    }
}
