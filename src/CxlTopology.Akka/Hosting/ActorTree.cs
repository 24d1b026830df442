using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>The Akka actors of a simulation, by the ids of its own: below the root each stands under its parent, as the paths have it.</summary>
internal sealed class ActorTree(AkkaHost host, ActorCell root, ActorPlace[] places)
{
    private readonly ActorCell[] cells = new ActorCell[places.Length];
    private readonly IActorRef[] references = new IActorRef[places.Length];

    /// <summary>The top.</summary>
    public ActorCell Root { get; } = root;

    /// <summary>How many were made.</summary>
    public int Count { get; private set; }

    /// <summary>The component behind a cell, or null: not a component's, or gone.</summary>
    public static ComponentActor? ComponentOf(ActorCell cell)
    {
        Props props = cell.Props;
        return props.Type == typeof(HostedActor) ? (ComponentActor)props.Arguments[0] : null;
    }

    /// <summary>The cell of an actor.</summary>
    public ActorCell CellOf(int id) => cells[id];

    /// <summary>The reference of an actor; null for what sends from outside.</summary>
    public IActorRef ReferenceOf(int id) => references[id];

    /// <summary>Makes the Akka actor of every actor that has a place.</summary>
    public void Build()
    {
        for (int id = 1; id < places.Length; id++)
        {
            if (places[id].Actor is { } actor)
                Ensure(actor);
        }
    }

    /// <summary>Makes the Akka actor of an actor that got its place during the run.</summary>
    public void Attach(ComponentActor actor) => Ensure(actor);

    /// <summary>
    /// Ends the Akka actors of a stopped actor and of all below it, once all of them are stopped; then that of its parent, if it waited for
    /// this one. Akka ends trees only as a whole, and components below a stopped one go on.
    /// </summary>
    /// <returns>The topmost of the cells that ended, or null.</returns>
    public ActorCell? FindRemovable(ComponentActor stopped)
    {
        ActorCell? removable = null;
        for (ComponentActor? actor = stopped; actor is not null && AllStopped(cells[actor.Id]); actor = actor.Parent)
            removable = cells[actor.Id];
        return removable;
    }

    /// <summary>The cell above the one of an actor.</summary>
    public ActorCell ParentOf(ActorCell cell) => ComponentOf(cell)?.Parent is { } parent ? cells[parent.Id] : Root;

    /// <summary>A cell and all below it, parents first.</summary>
    public static IEnumerable<ActorCell> Subtree(ActorCell top)
    {
        var pending = new Stack<ActorCell>();
        pending.Push(top);
        while (pending.TryPop(out ActorCell? cell))
        {
            yield return cell;
            foreach (IInternalActorRef child in cell.GetChildren())
            {
                if (child is LocalActorRef local)
                    pending.Push(local.Cell);
            }
        }
    }

    private static bool AllStopped(ActorCell top) => Subtree(top).All(cell => ComponentOf(cell) is not { State: not ActorState.Stopped });

    private void Ensure(ComponentActor actor)
    {
        if (cells[actor.Id] is not null)
            return;
        if (actor.Parent is { } above)
            Ensure(above);
        ActorCell parent = actor.Parent is null ? Root : cells[actor.Parent.Id];
        string name = ActorNames.For(actor.Name);
        if (parent.TryGetChildStatsByName(name, out _))
            name += "~" + actor.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Props props = Props.CreateBy(new HostedActorProducer(host, actor), actor).WithDispatcher(AkkaConfiguration.DispatcherId);
        var reference = (LocalActorRef)parent.ActorOf(props, name);
        references[actor.Id] = reference;
        cells[actor.Id] = reference.Cell;
        Count++;
    }
}
