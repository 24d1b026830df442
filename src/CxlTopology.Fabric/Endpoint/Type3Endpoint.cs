using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A memory expander: CXL.io and CXL.mem, host-only coherent memory (HDM-H).</summary>
public sealed class Type3Endpoint(EndpointOptions options, FabricOptions fabric) : Endpoint(options, fabric)
{
    /// <inheritdoc/>
    public override int DeviceType => 3;

    private protected override EndpointConfigSpaceOptions Configuration => Built.Configuration ?? new EndpointConfigSpaceOptions
    {
        Role = ComponentRole.Type3Endpoint,
        Device = DeviceDvsecOptions.Type3 with { Range1Size = Built.Capacity },
    };
}
