using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A program that knows the platform it runs on, numbers its buses, and reaches the registers of its components by name.</summary>
/// <param name="bridges">The host bridges of the host.</param>
public abstract class PlatformProgram(IReadOnlyList<PlatformNode> bridges) : BusProgram
{
    private const int DvsecWidth = 2;
    private readonly Dictionary<PlatformNode, IReadOnlyList<PciDevice>> below = [];
    private readonly Dictionary<PlatformNode, ComponentLocation> locations = [];

    /// <summary>Numbers all buses, places all BARs, opens all windows.</summary>
    protected async Task EnumerateAll()
    {
        var enumerator = new PciEnumerator(this);
        foreach (PlatformNode bridge in bridges)
            below[bridge] = await enumerator.Enumerate(bridge.Resources!);
    }

    /// <summary>What was found on the root bus of each host bridge, by its UID.</summary>
    protected IReadOnlyDictionary<int, IReadOnlyList<PciDevice>> FoundByUid() => bridges.ToDictionary(b => b.Uid, b => below[b]);

    /// <summary>Every function that was found and is no bridge.</summary>
    protected IEnumerable<PciDevice> Endpoints()
    {
        var open = new Stack<PciDevice>(bridges.Reverse().SelectMany(b => below[b].Reverse()));
        while (open.TryPop(out PciDevice? device))
        {
            if (!device.IsBridge)
                yield return device;
            for (int i = device.Children.Count - 1; i >= 0; i--)
                open.Push(device.Children[i]);
        }
    }

    /// <summary>Finds everything as firmware has left it.</summary>
    protected async Task DiscoverAll()
    {
        var enumerator = new PciEnumerator(this);
        foreach (PlatformNode bridge in bridges)
            below[bridge] = await enumerator.Discover(bridge.Resources!);
    }

    /// <summary>The function of a component; null for a host bridge, or if it is not to be found.</summary>
    protected PciDevice? FunctionOf(PlatformNode node) => node.Parent is null ? null : Find(node);

    /// <summary>Reads a register of a component. All ones if nothing answers.</summary>
    public async Task<uint> Read(PlatformNode node, RegisterSpace space, int offset)
    {
        ComponentLocation location = await Locate(node);
        if (space == RegisterSpace.HdmDecoder)
            return location.HdmDecoders == 0 ? uint.MaxValue : (uint)await ReadMmio(location.HdmDecoders + (uint)offset);
        return location is { Function: { } function, DeviceDvsec: > 0 } ? await ReadConfig(function, location.DeviceDvsec + offset, DvsecWidth) : uint.MaxValue;
    }

    /// <summary>Writes a register of a component. False if the component, or such registers of it, are not to be found.</summary>
    public async Task<bool> Write(PlatformNode node, RegisterSpace space, int offset, uint value)
    {
        ComponentLocation location = await Locate(node);
        if (space == RegisterSpace.HdmDecoder && location.HdmDecoders != 0)
            await WriteMmio(location.HdmDecoders + (uint)offset, value);
        else if (space == RegisterSpace.DeviceDvsec && location is { Function: { } function, DeviceDvsec: > 0 })
            await WriteConfig(function, location.DeviceDvsec + offset, value, DvsecWidth);
        else
            return false;
        return true;
    }

    /// <summary>Finds the registers of a component.</summary>
    protected async Task<ComponentLocation> Locate(PlatformNode node)
    {
        if (locations.TryGetValue(node, out ComponentLocation? known))
            return known;
        var locator = new ComponentLocator(this, this);
        ComponentLocation location = node.Parent is null
            ? await locator.Locate(node.Resources!)
            : Find(node) is { } device ? await locator.Locate(device) : new ComponentLocation(null, 0, 0);
        locations.Add(node, location);
        return location;
    }

    /// <summary>The function of a component: what hangs on the right port of the one above.</summary>
    private PciDevice? Find(PlatformNode node)
    {
        IEnumerable<PciDevice> ports = node.Parent!.Parent is null
            ? below.GetValueOrDefault(node.Parent) ?? []
            : Find(node.Parent)?.Children ?? [];
        return ports.FirstOrDefault(p => p.PortNumber == node.ParentPort)?.Children.FirstOrDefault();
    }
}
