namespace CxlTopology.Specification;

/// <summary>What a host does on a back-invalidate snoop.</summary>
/// <param name="Snoop">The snoop, or its block form for each line.</param>
/// <param name="Held">The state of the line in the host: the best that any of its caches has.</param>
/// <param name="WriteBack">The metadata of the MemWr that goes first, if the host's copy is modified; null without one.</param>
/// <param name="Response">What the host answers.</param>
/// <param name="Kept">The state afterwards.</param>
public sealed record BackInvalidateRule(S2MBISnoop Snoop, LineState Held, MetaValue? WriteBack, M2SBIResponse Response, LineState Kept);
