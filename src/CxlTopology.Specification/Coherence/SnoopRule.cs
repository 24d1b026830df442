namespace CxlTopology.Specification;

/// <summary>What a device cache does on a snoop of the host.</summary>
/// <param name="Snoop">The snoop.</param>
/// <param name="Held">The state of the line in the device's cache.</param>
/// <param name="Response">What the device answers.</param>
/// <param name="Kept">The state afterwards.</param>
/// <param name="HasData">Whether the data comes with the answer.</param>
public sealed record SnoopRule(H2DRequest Snoop, LineState Held, D2HResponse Response, LineState Kept, bool HasData);
