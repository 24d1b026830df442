using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>How far a coordinator has come with a node.</summary>
internal sealed class Candidate(NodeAddress address, IActorRef actor)
{
    /// <summary>Where the node listens.</summary>
    public NodeAddress Address { get; } = address;

    /// <summary>Its actor.</summary>
    public IActorRef Actor { get; } = actor;

    /// <summary>What it is to prove on.</summary>
    public byte[] Nonce { get; } = Handshake.Nonce();

    /// <summary>When it was last asked; null if never.</summary>
    public long? AskedAt { get; set; }

    /// <summary>Why it cannot be had now or at all; null if nothing is known against it.</summary>
    public string? Objection { get; set; }

    /// <summary>Whether asking again is of no use.</summary>
    public bool Refused { get; set; }

    /// <summary>Its number in the run; 0 before it was claimed.</summary>
    public int Number { get; set; }

    /// <summary>Whether it has agreed.</summary>
    public bool Claimed { get; set; }

    /// <summary>When it last said something of the run.</summary>
    public long HeardAt { get; set; }

    /// <summary>When it was last sent something of the run.</summary>
    public long SaidAt { get; set; }

    /// <summary>Bytes of the job that were sent.</summary>
    public int Sent { get; set; }

    /// <summary>Bytes of the job that have arrived.</summary>
    public int Taken { get; set; } = -1;

    /// <summary>Whether it knows the others.</summary>
    public bool Ready { get; set; }
}
