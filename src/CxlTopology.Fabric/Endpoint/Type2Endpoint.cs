using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>An accelerator with memory: CXL.io, CXL.cache and CXL.mem, device-coherent memory (HDM-D or HDM-DB).</summary>
/// <remarks>Where anything caches, its host or an accelerator, it has a coherence engine with a cache (<see cref="Endpoint.AddCoherence"/>); else its memory is read and written by the host as that of a type 3 is.</remarks>
public sealed class Type2Endpoint(EndpointOptions options, FabricOptions fabric) : Endpoint(options, fabric)
{
    /// <inheritdoc/>
    public override int DeviceType => 2;

    private protected override EndpointConfigSpaceOptions Configuration => WithEngine(Built.Configuration ?? new EndpointConfigSpaceOptions
    {
        Role = ComponentRole.Type2Endpoint,
        Device = DeviceDvsecOptions.Type2 with { Range1Size = Built.Capacity },
    });

    private EndpointConfigSpaceOptions WithEngine(EndpointConfigSpaceOptions configuration) =>
        Built.EngineBar && configuration.SecondBar is null ? configuration with { SecondBar = ByteSize.KiB(64) } : configuration;
}
