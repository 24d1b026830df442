namespace CxlTopology.Specification.Tests;

/// <summary>The component registers of every kind of component, with everything it can have.</summary>
internal static class ComponentKinds
{
    private const uint PortCapability = 0x0000_0382;
    private const uint DeviceCapability = 0x0000_1B12;

    public static ComponentRegisterLayout HostBridge { get; } = Full(ComponentRole.HostBridge, PortCapability);

    public static ComponentRegisterLayout RootPort { get; } = Full(ComponentRole.RootPort, null);

    public static ComponentRegisterLayout UpstreamPort { get; } = Full(ComponentRole.UpstreamPort, PortCapability);

    public static ComponentRegisterLayout DownstreamPort { get; } = Full(ComponentRole.DownstreamPort, null);

    public static ComponentRegisterLayout Type3 { get; } = Full(ComponentRole.Type3Endpoint, DeviceCapability);

    public static ComponentRegisterLayout Type2 { get; } = Full(ComponentRole.Type2Endpoint, DeviceCapability);

    public static IReadOnlyList<ComponentRegisterLayout> All { get; } = [HostBridge, RootPort, UpstreamPort, DownstreamPort, Type3, Type2];

    private static ComponentRegisterLayout Full(ComponentRole role, uint? hdm) => ComponentRegisterLayout.Of(new()
    {
        Role = role,
        Hdm = hdm is uint word ? new HdmCapability(word) : null,
        BackInvalidate = true,
        CacheIds = 16,
        SnoopFilterGroup = 7,
        SnoopFilterSize = 0x10_0000,
    });
}
