using Akka.Actor;
using Akka.Event;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What comes from outside of the simulation, and what reaches nobody.</summary>
public sealed partial class AkkaHost
{
    private readonly OutsideInbox outside;
    private bool counting;

    /// <summary>Dead letters of the actor system so far: those of the simulation, and what outsiders told the dead.</summary>
    public long DeadLetters { get; private set; }

    /// <summary>Messages so far that reached an actor which does not handle their like: what outsiders tell a component and is no <see cref="OutsideMessage"/>.</summary>
    public long Unhandled { get; private set; }

    internal override bool TakeIn()
    {
        // Taking in may add more (a pill is a wish to be stopped); who tells without end is served by the inbox, window by window.
        dispatcher.RunElsewhere();
        bool any = false;
        for (int left = 2 * options.OutsideMax; left > 0 && outside.TryTake(out (ActorCell Cell, Envelope? Envelope) first); left--)
        {
            any = true;
            if (ActorTree.ComponentOf(first.Cell) is { } component)
                TakeIn(first.Cell, component, first.Envelope);
            else if (first.Envelope is { } late)
                dispatcher.DispatchByMailbox(first.Cell, late); // gone meanwhile: a dead letter
        }

        if (attention)
            Settle();
        return any;
    }

    internal override void DeadLetter(ComponentActor to, in Message message)
    {
        IActorRef sender = Tree.ReferenceOf(message.Source) ?? System.DeadLetters;
        System.EventStream.Publish(new DeadLetter(new UndeliveredMessage(message, to.Path), sender, Tree.ReferenceOf(to.Id)));
    }

    /// <summary>The counter runs.</summary>
    internal void CounterStarted() => counting = true;

    /// <summary>A message was told to nobody.</summary>
    internal void CountDeadLetter() => DeadLetters++;

    /// <summary>An actor did not handle a message.</summary>
    internal void CountUnhandled() => Unhandled++;

    /// <summary>Whether a message that is not the kernel's may go to its mailbox now.</summary>
    internal bool Admits(ActorCell cell, in Envelope envelope) =>
        closing || ActorTree.ComponentOf(cell) is null || !AddOutside(cell, envelope);

    private bool AddOutside(ActorCell cell, Envelope? envelope)
    {
        if (outside.TryAdd(cell, envelope))
            return true;
        if (envelope is { } lost)
            System.EventStream.Publish(new DeadLetter(lost.Message, lost.Sender ?? System.DeadLetters, cell.Self));
        else
            System.Log.Warning("{0} is not stopped: {1} messages from outside wait already.", cell.Self.Path.ToStringWithoutAddress(), options.OutsideMax);
        return true;
    }

    private void TakeIn(ActorCell cell, ComponentActor component, Envelope? envelope)
    {
        if (envelope is null)
        {
            Kernel.StopFromOutside(component);
        }
        else if (envelope.Value.Message is OutsideMessage { Message.Kind: >= Message.FirstModelKind } told
            && (told.Message.Flags & (Message.HasLines | Message.HasRecord)) == 0)
        {
            simulation!.Post(component, told.Message, new SimTime(Kernel.latest));
        }
        else
        {
            dispatcher.DispatchByMailbox(cell, envelope.Value);
        }
    }
}
