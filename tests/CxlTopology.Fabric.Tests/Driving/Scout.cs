using CxlTopology.Software;

namespace CxlTopology.Fabric.Tests;

/// <summary>Numbers the buses of a bench, finds the registers of its components and opens the ways of coherence, as firmware and an operating system would.</summary>
internal sealed class Scout(PlatformNode bridge, IReadOnlyList<PlatformNode> nodes) : PlatformProgram([bridge])
{
    /// <summary>Where the registers are, by component.</summary>
    public Dictionary<PlatformNode, ComponentLocation> Found { get; } = [];

    /// <summary>Whether it programs what back-invalidates and CXL.cache need on their way. Not by default.</summary>
    public bool OpensPaths { get; init; }

    /// <summary>What went wrong.</summary>
    public List<string> Log { get; } = [];

    protected override async Task RunProgramAsync()
    {
        await EnumerateAll();
        foreach (PlatformNode node in nodes)
            Found[node] = await Locate(node);
        var locator = new ComponentLocator(this, this);
        var snoops = new BackInvalidatePaths(this, this, this, [bridge.Resources!], Log);
        var caches = new CacheIdPaths(this, this, this, [bridge.Resources!], Log);
        foreach (PciDevice device in OpensPaths ? Endpoints() : [])
        {
            ComponentLocation at = await locator.Locate(device);
            await snoops.Enable(device, at);
            await caches.Assign(device, at);
        }
    }
}
