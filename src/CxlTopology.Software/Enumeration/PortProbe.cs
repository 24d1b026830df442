using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Makes ports of host bridges and switches: their downstream ports, then their decoders.</summary>
internal sealed class PortProbe(CxlCore core)
{
    private readonly ComponentLocator locator = new(core.Configuration, core.Mmio);

    /// <summary>The port of a host bridge.</summary>
    public Task<CxlPort> AddHostBridge(CxlDport parent)
    {
        IReadOnlyList<PciDevice> bus = core.RootBuses.GetValueOrDefault(parent.Id) ?? [];
        var port = new CxlPort { Kind = CxlPortKind.HostBridge, Id = core.PortIds.Take(), Parent = core.Root, ParentDport = parent, Host = parent.Name };
        core.Log.Add($"{parent.Name}: host supports CXL");
        return Add(port, bus, () => Task.FromResult(parent.ComponentRegisters));
    }

    /// <summary>The port of a switch.</summary>
    /// <param name="upstream">Its upstream port.</param>
    /// <param name="parent">The downstream port above.</param>
    public Task<CxlPort> AddSwitch(PciDevice upstream, CxlDport parent)
    {
        var port = new CxlPort
        {
            Kind = CxlPortKind.Switch,
            Id = core.PortIds.Take(),
            Parent = parent.Port,
            ParentDport = parent,
            Host = upstream.Bdf.ToString(),
            Function = upstream,
        };
        return Add(port, upstream.Children, () => locator.FindBlock(upstream, (uint)RegisterBlockId.Component));
    }

    /// <summary>Takes an empty port away again.</summary>
    public void Remove(CxlPort port)
    {
        port.Parent!.Children.Remove(port);
        core.Remove(port);
    }

    private async Task<CxlPort> Add(CxlPort port, IReadOnlyList<PciDevice> bus, Func<Task<ulong>> block)
    {
        core.Add(port);
        port.Parent!.Children.Add(port);
        port.Enabled = false;
        try
        {
            port.Location = await locator.LocateBlock(port.Function?.Bdf, await block(), 0);
            port.HdmDecoders = port.Location.HdmDecoders;
            AddDports(port, bus);
            await AddDecoders(port);
            port.Enabled = true;
        }
        catch (ErrnoException error)
        {
            core.Log.Add($"{port.Name}: the driver of {port.Host} failed: {error.Message} ({error.Errno})");
        }

        return port;
    }

    private void AddDports(CxlPort port, IReadOnlyList<PciDevice> bus)
    {
        PciExpressPortType type = port.Kind == CxlPortKind.HostBridge ? PciExpressPortType.RootPort : PciExpressPortType.DownstreamPort;
        foreach (PciDevice device in bus)
        {
            if (device.ExpressCapability == 0 || !device.IsBridge || device.PortType != type)
                continue;
            if (port.Dports.Find(d => d.Id == device.PortNumber) is { } other)
                throw new ErrnoException(Errno.EBUSY, $"{device.Bdf} has the port number {device.PortNumber} in its Link Capabilities, which {other.Name} has already; each port of a component needs its own");
            core.Add(new CxlDport
            {
                Port = port,
                Id = device.PortNumber,
                Name = device.Bdf.ToString(),
                Function = device,
            });
        }

        if (port.Dports.Count == 0)
            throw new ErrnoException(Errno.ENODEV, $"{port.Host} has no downstream ports");
    }

    private async Task AddDecoders(CxlPort port)
    {
        var probe = new DecoderProbe(core);
        if (port.HdmDecoders != 0)
        {
            await probe.Enumerate(port);
        }
        else if (port.Dports.Count == 1)
        {
            // A single port takes everything: a decoder without registers that can do all ways.
            var decoder = new CxlSwitchDecoder { Port = port, Instance = 0, TargetsMax = 1, IsPassThrough = true, TargetType = TargetRangeType.HostOnly };
            decoder.Targets.Add(port.Dports[0]);
            port.Decoders.Add(decoder);
        }
        else
        {
            throw new ErrnoException(Errno.ENXIO, $"{port.Host} has no HDM decoder capability in its component registers, and {port.Dports.Count} downstream ports; without decoders there may be one");
        }
    }
}
