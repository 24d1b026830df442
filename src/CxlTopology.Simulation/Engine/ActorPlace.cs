namespace CxlTopology.Simulation;

/// <summary>All that the engine keeps of an actor, in one place so that it costs one cache miss.</summary>
internal struct ActorPlace
{
    /// <summary>The actor; null while its id is only set aside.</summary>
    public ComponentActor? Actor;

    /// <summary>The id of its component; its own, if it is one.</summary>
    public int Component;

    /// <summary>The partition that runs it.</summary>
    public byte Owner;

    /// <summary>Whether the actor reads ahead for each of its messages.</summary>
    public bool ReadsAhead;

    /// <summary>Of a component: where the messages that were gathered for its turn end.</summary>
    public int TurnEnd;

    /// <summary>Of a component: how many were gathered.</summary>
    public int TurnCount;
}
