using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>What all components of a fabric have in common.</summary>
public sealed record FabricOptions
{
    /// <summary>Whether decoders check what they are asked to commit. <see cref="CommitProfile.Strict"/> by default.</summary>
    public CommitProfile Commit { get; init; } = CommitProfile.Strict;

    /// <summary>What an access gets that nothing claims. <see cref="UnclaimedPolicy.Poison"/> by default.</summary>
    public UnclaimedPolicy Unclaimed { get; init; } = UnclaimedPolicy.Poison;

    /// <summary>Choosing a target by a decoder or window. 2 ns by default.</summary>
    public SimDuration DecodeLatency { get; init; } = SimDuration.FromNanoseconds(2);

    /// <summary>Handling of a register access by the component it is for. 100 ns by default.</summary>
    public SimDuration RegisterLatency { get; init; } = SimDuration.FromNanoseconds(100);

    /// <summary>From GO to data object ready, for a data object exchange. 1 us by default.</summary>
    public SimDuration ExchangeLatency { get; init; } = SimDuration.FromMicroseconds(1);

    /// <summary>From doorbell to return code, for a mailbox command. 10 us by default.</summary>
    public SimDuration CommandLatency { get; init; } = SimDuration.FromMicroseconds(10);

    /// <summary>Where traced accesses leave their hops; null (the default) for none.</summary>
    public DecodeTrace? Trace { get; init; }
}
