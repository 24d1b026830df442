using CxlTopology.Software;

namespace CxlTopology.Fabric.Tests;

/// <summary>Numbers the buses of a bench and finds the registers of its components, as firmware would.</summary>
internal sealed class Scout(PlatformNode bridge, IReadOnlyList<PlatformNode> nodes) : PlatformProgram([bridge])
{
    /// <summary>Where the registers are, by component.</summary>
    public Dictionary<PlatformNode, ComponentLocation> Found { get; } = [];

    protected override async Task RunProgramAsync()
    {
        await EnumerateAll();
        foreach (PlatformNode node in nodes)
            Found[node] = await Locate(node);
    }
}
