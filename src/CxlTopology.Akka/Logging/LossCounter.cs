using Akka.Actor;
using Akka.Event;

namespace CxlTopology.Akka;

/// <summary>Counts what reaches nobody: dead letters, and messages that their actor does not handle.</summary>
internal sealed class LossCounter(AkkaHost host) : ActorBase
{
    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        Context.System.EventStream.Subscribe(Self, typeof(UnhandledMessage));
        host.CounterStarted();
    }

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case DeadLetter:
                host.CountDeadLetter();
                return true;
            case UnhandledMessage:
                host.CountUnhandled();
                return true;
            default:
                return false;
        }
    }
}
