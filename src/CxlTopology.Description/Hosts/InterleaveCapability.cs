namespace CxlTopology.Description;

/// <summary>What interleaving the decoders of a component support: the bits of their HDM Decoder Capability register. All by
/// default.</summary>
public sealed record InterleaveCapability
{
    /// <summary>Address bits 11:8 may select a target (key <c>11-8</c>).</summary>
    public bool Bits11To8 { get; init; } = true;

    /// <summary>Address bits 14:12 may select a target (key <c>14-12</c>).</summary>
    public bool Bits14To12 { get; init; } = true;

    /// <summary>3, 6 and 12 ways (key <c>3-6-12</c>).</summary>
    public bool ThreeSixTwelve { get; init; } = true;

    /// <summary>16 ways (key <c>16</c>).</summary>
    public bool Sixteen { get; init; } = true;

    /// <summary>Where the capability stands in the file; 0:0 if it is the default.</summary>
    public SourcePosition Position { get; init; }
}
