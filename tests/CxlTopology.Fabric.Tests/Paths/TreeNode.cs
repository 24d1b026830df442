using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What hangs on a port of a <see cref="PathBench"/>: a device, or a switch with what hangs on its ports.</summary>
/// <param name="Below">What is below a switch; null for a device.</param>
internal sealed record TreeNode(IReadOnlyList<TreeNode>? Below)
{
    /// <summary>Of a device: HDM-DB; else HDM-D.</summary>
    public bool BackInvalidate { get; init; } = true;

    /// <summary>Flits of the link above it.</summary>
    public FlitMode Flits { get; init; } = FlitMode.Flit256;

    /// <summary>Of a switch: what it is built from.</summary>
    public SwitchOptions Options { get; init; } = new();

    /// <summary>Of a device: how long its decoders take to commit.</summary>
    public HardwareDelay CommitTime { get; init; }

    /// <summary>Lines of its snoop filter.</summary>
    public int FilterLines { get; init; } = 64;

    /// <summary>An HDM-DB device.</summary>
    public static TreeNode Device { get; } = new((IReadOnlyList<TreeNode>?)null);

    /// <summary>An HDM-D device.</summary>
    public static TreeNode HdmD { get; } = Device with { BackInvalidate = false };

    /// <summary>A switch.</summary>
    public static TreeNode Switch(params TreeNode[] below) => new(below);
}
