using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Regions;

/// <summary>A CXL core whose objects a test makes itself: what no file can describe.</summary>
internal sealed class HandMadeTree
{
    private int nextPort = 1;

    public HandMadeTree(ulong windowBase = 1UL << 32, ulong windowSize = 4UL << 30)
    {
        Registers = new FakeDecoders();
        Core = new CxlCore(null!, Registers, null!, Registers, new CxlPlatform(default, [])) { Root = new CxlPort { Kind = CxlPortKind.Root, Id = 0, Host = "ACPI.CXL" } };
        var window = new FixedMemoryWindow { Base = new Hpa(windowBase), Size = new ByteSize(windowSize), Targets = [0] };
        Window = new CxlRootDecoder { Port = Core.Root, Instance = 0, Window = window, Base = window.Base, Size = window.Size, Interleave = window.Interleave };
        Core.Root.Decoders.Add(Window);
        Bridge = new CxlDport { Port = Core.Root, Id = 0, Name = "pci0000:0c" };
        Core.Root.Dports.Add(Bridge);
        Window.Targets.Add(Bridge);
        Regions = new CxlRegions(Core);
    }

    public FakeDecoders Registers { get; }

    public CxlCore Core { get; }

    public CxlRegions Regions { get; }

    public CxlRootDecoder Window { get; }

    public CxlDport Bridge { get; }

    /// <summary>A port with one downstream port below another.</summary>
    public CxlPort Port(CxlPort parent, CxlDport above)
    {
        var port = new CxlPort { Kind = CxlPortKind.HostBridge, Id = nextPort++, Parent = parent, ParentDport = above, Host = above.Name };
        parent.Children.Add(port);
        port.Dports.Add(new CxlDport { Port = port, Id = 0, Name = "0000:0c:00.0" });
        port.Decoders.Add(new CxlSwitchDecoder { Port = port, Instance = 0, TargetsMax = 1, IsPassThrough = true, TargetType = TargetRangeType.HostOnly });
        Core.Ports.Add(port);
        return port;
    }

    /// <summary>An endpoint with 1 GiB of RAM and one decoder.</summary>
    public CxlEndpointDecoder Endpoint(CxlPort parent, CxlDport above, ulong registers)
    {
        var memdev = new CxlMemdev
        {
            Id = Core.Memdevs.Count,
            Function = new PciDevice { Bdf = default, Id = 1, IsBridge = false },
            IsAccelerator = false,
            Location = new ComponentLocation(null, registers, 0),
        };
        DeviceMemory.SetUp(memdev, new CxlPartition(false, default, ByteSize.GiB(1), -1));
        var endpoint = new CxlPort
        {
            Kind = CxlPortKind.Endpoint,
            Id = nextPort++,
            Parent = parent,
            ParentDport = above,
            Host = memdev.Name,
            Memdev = memdev,
            HdmDecoders = registers,
            Capability = new HdmCapability(0x1B10),
        };
        parent.Children.Add(endpoint);
        memdev.Endpoint = endpoint;
        var decoder = new CxlEndpointDecoder { Port = endpoint, Instance = 0, TargetType = TargetRangeType.HostOnly };
        endpoint.Decoders.Add(decoder);
        Core.Ports.Add(endpoint);
        Core.Memdevs.Add(memdev);
        return decoder;
    }
}
