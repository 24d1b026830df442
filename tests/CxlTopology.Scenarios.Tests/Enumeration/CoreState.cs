using CxlTopology.Software;

namespace CxlTopology.Scenarios.Tests.Enumeration;

/// <summary>What must hold of a core's objects whenever none of its calls is under way.</summary>
internal static class CoreState
{
    public static void Check(CxlCore core, string context)
    {
        foreach (CxlPort port in core.Ports)
            CheckPort(core, port, context);
        foreach (CxlMemdev memdev in core.Memdevs)
            Assert.True(memdev.Endpoint is null || core.Ports.Contains(memdev.Endpoint), $"{context}: {memdev.Name} has an endpoint that is gone");
        foreach (CxlRegion region in core.Regions)
            CheckRegion(core, region, context);
        Assert.Equal(core.Ports.Count + 1, core.PortIds.InUse);
        Assert.Equal(core.Memdevs.Count, core.MemdevIds.InUse);
    }

    /// <summary>And with nothing in use: no region, nothing committed, no device memory taken.</summary>
    public static void CheckIdle(CxlCore core, string context)
    {
        Check(core, context);
        Assert.Empty(core.Regions);
        foreach (CxlDecoder decoder in core.Ports.SelectMany(p => p.Decoders))
        {
            Assert.True(decoder.Region is null, $"{context}: {decoder.Name} belongs to {decoder.Region?.Name}");
            Assert.True(!decoder.Enabled, $"{context}: {decoder.Name} is enabled");
            Assert.True(decoder is not CxlEndpointDecoder { DpaSize.Bytes: > 0 }, $"{context}: {decoder.Name} has device memory");
        }

        Assert.All(core.Ports, p => Assert.True(p.CommitEnd == -1 && p.HdmEnd == -1, $"{context}: {p.Name} ends at {p.CommitEnd} and {p.HdmEnd}"));
    }

    private static void CheckPort(CxlCore core, CxlPort port, string context)
    {
        Assert.True(port.Parent!.Kind == CxlPortKind.Root || core.Ports.Contains(port.Parent), $"{context}: {port.Name} hangs on {port.Parent.Name}, which is gone");
        Assert.True(port.Parent.Children.Contains(port), $"{context}: {port.Parent.Name} does not know {port.Name}");
        Assert.True(port.Kind != CxlPortKind.Switch || port.Children.Count > 0, $"{context}: {port.Name} is there with nothing below it");
        Assert.True(port.CommitEnd < port.Decoders.Count || !port.Enabled, $"{context}: {port.Name} ends at {port.CommitEnd}");
        foreach (CxlDecoder decoder in port.Decoders)
        {
            Assert.True(decoder.Region is null || core.Regions.Contains(decoder.Region), $"{context}: {decoder.Name} belongs to a region that is gone");
            Assert.True(decoder is not CxlEndpointDecoder { Region: { } region } endpoint || region.Targets[endpoint.Position] == decoder, $"{context}: {decoder.Name} is no target of its region");
            Assert.True(decoder is not CxlEndpointDecoder { DpaSize.Bytes: > 0 } || decoder.Instance <= port.HdmEnd, $"{context}: {decoder.Name} has device memory past the end");
        }
    }

    private static void CheckRegion(CxlCore core, CxlRegion region, string context)
    {
        Assert.Contains(region, region.Root.Regions);
        Assert.Equal(region.Targets.Count(t => t is not null), region.TargetCount);
        foreach (CxlEndpointDecoder target in region.Targets.OfType<CxlEndpointDecoder>())
        {
            Assert.True(core.Ports.Contains(target.Port), $"{context}: {region.Name} holds {target.Name}, which is gone");
            Assert.True(target.Region == region, $"{context}: {target.Name} does not know {region.Name}");
        }

        Assert.True(region.State < CxlRegionState.Commit || region.TargetCount == region.Ways, $"{context}: {region.Name} is committed with {region.TargetCount} targets");
    }
}
