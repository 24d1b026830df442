using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The PCI function of a port or endpoint: its configuration space, and the component registers in its BAR 0.</summary>
/// <remarks>Belongs to one actor and is used in the turns of its component only. It routes by what its registers say at the moment.</remarks>
internal sealed class PciFunction
{
    private readonly ConfigSpaceLayout layout;
    private readonly RegisterBank registers;

    private PciFunction(ConfigSpaceLayout layout, byte portNumber, ulong serialNumber, ComponentRegisters components)
    {
        this.layout = layout;
        registers = layout.CreateBank(portNumber, serialNumber);
        Components = components;
    }

    /// <summary>The block of component registers.</summary>
    public ComponentRegisters Components { get; }

    /// <summary>The configuration space and where its blocks are.</summary>
    public (ConfigSpaceLayout Layout, RegisterBank Registers) Configuration => (layout, registers);

    /// <summary>Of a port: the bus below it; 0 while nobody has numbered it.</summary>
    public byte SecondaryBus => layout.Type1 is { } header ? registers.Get(header, header.Table.SecondaryBus) : (byte)0;

    /// <summary>Of an endpoint: the control register of its device DVSEC.</summary>
    public ushort DeviceControl => layout.Device is { } device ? (ushort)registers.Read(device.Offset + DeviceControlOffset, 2) : (ushort)0;

    private const int DeviceControlOffset = 0x0C;

    private bool MemoryEnabled => layout.Type1 is { } bridge
        ? registers.Get(bridge, bridge.Table.MemorySpaceEnable)
        : registers.Get(layout.Type0!, layout.Type0!.Table.MemorySpaceEnable);

    /// <summary>The function of a root port, upstream port or downstream port.</summary>
    public static PciFunction Port(ComponentRole role, byte number, LinkOptions? link, HdmDecoderCapability? decoders) => new(
        ConfigSpaceLayouts.Port(new PortConfigSpaceOptions { Role = role, Link = OfLink(link) }), number, 0, new ComponentRegisters(role, decoders));

    /// <summary>The function of an endpoint.</summary>
    public static PciFunction Endpoint(EndpointConfigSpaceOptions options, ulong serialNumber, LinkOptions? link, HdmDecoderCapability decoders) => new(
        ConfigSpaceLayouts.Endpoint(options with { Link = OfLink(link) }), 0, serialNumber, new ComponentRegisters(options.Role, decoders));

    /// <summary>Whether a configuration request to a bus goes through this port.</summary>
    public bool LeadsTo(byte bus)
    {
        if (layout.Type1 is not { } header)
            return false;
        byte secondary = registers.Get(header, header.Table.SecondaryBus);
        return secondary != 0 && bus >= secondary && bus <= registers.Get(header, header.Table.SubordinateBus);
    }

    /// <summary>Whether an access to memory space goes through this port: it lies in one of its windows.</summary>
    public bool Forwards(ulong address)
    {
        if (layout.Type1 is not { } header || !MemoryEnabled)
            return false;
        RegisterView view = registers[header];
        return header.Table.PrefetchableWindow(view) is { } wide && address >= wide.First && address <= wide.Last
            || header.Table.MemoryWindow(view) is { } narrow && address >= narrow.First && address <= narrow.Last;
    }

    /// <summary>The BAR that an address lies in, and where; -1 if it lies in none.</summary>
    public int BarAt(ulong address, out ulong offset)
    {
        offset = 0;
        if (!MemoryEnabled)
            return -1;
        foreach (BaseAddressRegister bar in layout.Bars)
        {
            offset = address - bar.Address(registers);
            if (offset < bar.Size)
                return bar.Index;
        }

        return -1;
    }

    /// <summary>Reads configuration space: 1, 2 or 4 bytes, aligned.</summary>
    public ulong ReadConfiguration(int offset, int bytes) => registers.Read(offset, bytes);

    /// <summary>Writes configuration space: 1, 2 or 4 bytes, aligned.</summary>
    public RegisterWrite WriteConfiguration(int offset, int bytes, ulong value) => registers.Write(offset, bytes, value);

    private static PciLinkOptions OfLink(LinkOptions? link) => link is null
        ? new PciLinkOptions()
        : new PciLinkOptions { Rate = link.Speed.Rate, Width = link.Speed.Width, FlitMode = link.Speed.FlitMode == FlitMode.Flit256 };
}
