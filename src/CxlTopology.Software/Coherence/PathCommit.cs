using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Something on the way of coherence messages that is committed: where its bits are.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Capability">The id of its capability.</param>
/// <param name="Commit">COMMIT in the control register.</param>
/// <param name="ExplicitCommit">In the capability register: changes take effect by commit only.</param>
internal sealed record PathCommit(string Name, ushort Capability, uint Commit, uint ExplicitCommit)
{
    public const uint ControlOffset = BiDecoderRegisters.ControlOffset;
    public const uint StatusOffset = BiDecoderRegisters.StatusOffset;
    public const uint Committed = 1;
    public const uint NotCommitted = 2;

    private static readonly BiDecoderRegisters bi = BiDecoderRegisters.For(port: true);
    private static readonly CacheIdRouteTableRegisters routes = CacheIdRouteTableRegisters.For(CacheIdRouteTableRegisters.TargetsMax);

    public static PathCommit BiDecoder { get; } = new("BI decoder", (ushort)ComponentCapabilityId.BiDecoder, bi.Commit.Mask, bi.ExplicitCommit.Mask);

    public static PathCommit BiRouteTable { get; } =
        new("BI route table", (ushort)ComponentCapabilityId.BiRouteTable, BiRouteTableRegisters.Commit.Mask, BiRouteTableRegisters.ExplicitCommit.Mask);

    public static PathCommit CacheIdDecoder { get; } =
        new("cache ID decoder", (ushort)ComponentCapabilityId.CacheIdDecoder, CacheIdDecoderRegisters.Commit.Mask, CacheIdDecoderRegisters.ExplicitCommit.Mask);

    public static PathCommit CacheIdRouteTable { get; } =
        new("cache ID route table", (ushort)ComponentCapabilityId.CacheIdRouteTable, routes.Commit.Mask, routes.ExplicitCommit.Mask);
}
