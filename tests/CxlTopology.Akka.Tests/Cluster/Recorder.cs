using Akka.Actor;

namespace CxlTopology.Akka.Tests.Cluster;

/// <summary>An address that keeps what it is told.</summary>
internal sealed class Recorder : MinimalActorRef
{
    /// <summary>What it was told.</summary>
    public List<object> Told { get; } = [];

    /// <inheritdoc/>
    public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems, "/recorder");

    /// <inheritdoc/>
    public override IActorRefProvider Provider => throw new NotSupportedException();

    public static Recorder Create() => new();

    /// <inheritdoc/>
    protected override void TellInternal(object message, IActorRef sender)
    {
        lock (Told)
            Told.Add(message);
    }
}
