using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Resets from outside the fabric: power, platform reset, global persistent flush. For experiments, tests, platforms.</summary>
/// <remarks>
/// To a device, switch or host bridge. A device or switch that is reset loses its link, which trains again; what is below a switch or host
/// bridge gets a hot reset.
/// </remarks>
public static class ResetControl
{
    internal const ulong Flush = 0x10;
    internal const ulong FromAbove = 0x20;
    internal const ulong EndFromAbove = 0x40;
    internal const ulong KindMask = 0xF;

    /// <summary>The message that resets a component when it is posted to it.</summary>
    public static Message Of(ResetKind kind) => With((ulong)kind);

    /// <summary>The message that has a device flush its cache, as before power goes (GPF, phase 1).</summary>
    public static Message PersistentFlush() => With(Flush);

    internal static Message With(ulong argument) => new() { Kind = (byte)MessageKind.ResetControl, Argument = argument, Payload = -1 };
}
