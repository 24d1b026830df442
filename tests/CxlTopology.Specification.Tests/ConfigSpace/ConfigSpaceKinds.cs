namespace CxlTopology.Specification.Tests;

/// <summary>One configuration space of every kind, and every optional block somewhere among them.</summary>
internal static class ConfigSpaceKinds
{
    public static ConfigSpaceLayout RootPort { get; } = ConfigSpaceLayouts.Port(new() { Role = ComponentRole.RootPort, HotPlug = true });

    public static ConfigSpaceLayout UpstreamPort { get; } = ConfigSpaceLayouts.Port(new() { Role = ComponentRole.UpstreamPort });

    public static ConfigSpaceLayout DownstreamPort { get; } = ConfigSpaceLayouts.Port(new()
    {
        Role = ComponentRole.DownstreamPort,
        Link = new PciLinkOptions { Rate = 64, Width = 8, FlitMode = true, LatencyOptimized = true },
        MldCapable = true,
    });

    public static ConfigSpaceLayout Type3 { get; } = ConfigSpaceLayouts.Endpoint(new()
    {
        Role = ComponentRole.Type3Endpoint,
        Device = DeviceDvsecOptions.Type3 with { Range1Size = ByteSize.GiB(4) },
    });

    public static ConfigSpaceLayout Type2 { get; } = ConfigSpaceLayouts.Endpoint(new()
    {
        Role = ComponentRole.Type2Endpoint,
        Device = DeviceDvsecOptions.Type2 with { Range1Size = ByteSize.MiB(0x1_1000), ViralCapable = true },
        ComponentBar = ByteSize.MiB(1),
        ComponentOffset = ByteSize.KiB(512),
        SecondBar = ByteSize.GiB(8),
        NonCxlFunctionMap = true,
        MsixVectors = 0,
    });

    public static ConfigSpaceLayout Mld { get; } = ConfigSpaceLayouts.Endpoint(new()
    {
        Role = ComponentRole.Type3Endpoint,
        LogicalDevices = 4,
        Device = DeviceDvsecOptions.Type3 with
        {
            HdmCount = 2,
            Range1Size = ByteSize.GiB(1),
            Range2Size = ByteSize.GiB(2),
            DirectPeerCapable = true,
            HotResetStateConfigurable = true,
            ModifiedCompletionCapable = true,
        },
    });

    public static ConfigSpaceLayout Function { get; } = ConfigSpaceLayouts.Function(new() { SecondBar = ByteSize.MiB(16), MsixVectors = 4 });

    public static ConfigSpaceLayout CxlFunction { get; } = ConfigSpaceLayouts.Function(new()
    {
        Device = DeviceDvsecOptions.FurtherFunction(DeviceDvsecOptions.Type2),
        MsixVectors = 0,
    });

    public static IReadOnlyList<ConfigSpaceLayout> All { get; } = [RootPort, UpstreamPort, DownstreamPort, Type3, Type2, Mld, Function, CxlFunction];
}
