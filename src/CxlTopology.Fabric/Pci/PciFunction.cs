using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The PCI function of a port or endpoint: its configuration space, and the component registers in its BAR 0.</summary>
/// <remarks>Belongs to one actor and is used in the turns of its component only. It routes by what its registers say at the moment.</remarks>
internal sealed partial class PciFunction
{
    private readonly ConfigSpaceLayout layout;
    private readonly RegisterBank registers;
    private readonly Func<Cdat>? describe;
    private DoeMailbox? exchange;
    private MsixTable? vectors;
    private bool isFurther; // of a device: its component registers are function 0's

    private PciFunction(ConfigSpaceLayout layout, byte portNumber, ulong serialNumber, ComponentRegisters components, Func<Cdat>? describe)
    {
        this.layout = layout;
        this.describe = describe;
        registers = layout.CreateBank(portNumber, serialNumber);
        Components = components;
    }

    /// <summary>The block of component registers.</summary>
    public ComponentRegisters Components { get; }

    /// <summary>MSI-X table and pending bits; null without.</summary>
    public MsixTable? Vectors => layout.Msix is { } msix ? vectors ??= new MsixTable(registers.Get(msix, MsixRegisters.TableSize) + 1) : null;

    /// <summary>Where in BAR 0 the component registers start.</summary>
    public ulong ComponentOffset => layout.Locations[0].Offset;

    /// <summary>The BAR that holds device registers; -2 if there are none.</summary>
    public int DeviceBar
    {
        get
        {
            foreach (RegisterLocation location in layout.Locations)
            {
                if (location.Block == RegisterBlockId.Device)
                    return location.Bar;
            }

            return -2;
        }
    }

    /// <summary>Of a port: the bus below it; 0 while nobody has numbered it.</summary>
    public byte SecondaryBus => layout.Type1 is { } header ? registers.Get(header, header.Table.SecondaryBus) : (byte)0;

    /// <summary>Of a port: the first and the last bus below it; 0 while nobody has numbered them.</summary>
    public (byte First, byte Last) BusesBelow
    {
        get
        {
            if (!routed)
                Route();
            return (secondary, subordinate);
        }
    }

    /// <summary>Of an endpoint: the control register of its device DVSEC.</summary>
    public ushort DeviceControl => layout.Device is { } device ? (ushort)registers.Read(device.Offset + DeviceControlOffset, 2) : (ushort)0;

    /// <summary>The BAR that holds the MSI-X table.</summary>
    public const int VectorBar = 4;

    private const int DeviceControlOffset = 0x0C;

    /// <summary>The function of a root port, upstream port or downstream port.</summary>
    /// <param name="role">Which of the three.</param>
    /// <param name="number">Its port number.</param>
    /// <param name="link">Its link; null if nothing is attached.</param>
    /// <param name="siblings">How many ports there are on its bus: more than 32 need further functions.</param>
    /// <param name="decoders">The HDM decoders of an upstream port.</param>
    /// <param name="describe">Makes the CDAT of an upstream port's switch.</param>
    /// <param name="path">What it has of BI and cache ID decoders and route tables; back-invalidates pass if the link has 256-byte flits.</param>
    public static PciFunction Port(
        ComponentRole role, byte number, LinkOptions? link, int siblings, CoherencePathOptions path, HdmDecoderCapability? decoders = null, Func<Cdat>? describe = null) => new(
        ConfigSpaceLayouts.Port(new PortConfigSpaceOptions
        {
            Role = role,
            Link = OfLink(link),
            DataObjectExchange = describe is not null,
            MultiFunction = siblings > Bdf.DevicesMax,
        }),
        number,
        0,
        new ComponentRegisters(role, decoders, path with { BackInvalidate = path.BackInvalidate && HasBackInvalidate(link) }),
        describe);

    /// <summary>The root complex event collector of a host bridge.</summary>
    /// <param name="components">The component registers of the bridge, whose errors it collects.</param>
    /// <param name="siblings">How many functions there are on its bus: more than 32 devices need further functions.</param>
    public static PciFunction EventCollector(ComponentRegisters components, int siblings) =>
        new(ConfigSpaceLayouts.EventCollector(siblings > Bdf.DevicesMax), 0, 0, components, null);

    /// <summary>The function of an endpoint.</summary>
    /// <param name="options">What its configuration space says.</param>
    /// <param name="serialNumber">Device serial number.</param>
    /// <param name="link">Its link.</param>
    /// <param name="decoders">Its HDM decoders.</param>
    /// <param name="describe">Makes its CDAT.</param>
    /// <param name="path">Whether it has a BI decoder; only with 256-byte flits.</param>
    public static PciFunction Endpoint(
        EndpointConfigSpaceOptions options, ulong serialNumber, LinkOptions? link, HdmDecoderCapability decoders, Func<Cdat> describe, CoherencePathOptions path) => new(
        ConfigSpaceLayouts.Endpoint(options with { Link = OfLink(link) }),
        0,
        serialNumber,
        new ComponentRegisters(options.Role, decoders, path with { BackInvalidate = path.BackInvalidate && HasBackInvalidate(link) }),
        describe);

    /// <summary>A further function of an endpoint.</summary>
    /// <param name="options">What its configuration space says.</param>
    /// <param name="link">The link of the endpoint.</param>
    /// <param name="components">The component registers of the endpoint, which are function 0's to reset.</param>
    public static PciFunction Further(FunctionConfigSpaceOptions options, LinkOptions? link, ComponentRegisters components) =>
        new(ConfigSpaceLayouts.Function(options with { Link = OfLink(link) }), 0, 0, components, null) { isFurther = true };

    /// <summary>The link came up, or went down: what software reads of it in the PCI Express capability and the Flex Bus DVSEC.</summary>
    /// <param name="speed">The link; null while it is down.</param>
    /// <param name="carriesCache">Whether CXL.cache was negotiated.</param>
    public void SetLink(LinkSpeed? speed, bool carriesCache)
    {
        RegisterView express = registers[layout.PciExpress];
        if (speed is { } link)
            layout.PciExpress.Table.SetLink(express, link);
        else
            layout.PciExpress.Table.ClearLink(express);
        if (layout.HasFlexBus)
            SetFlexBus(speed is not null, carriesCache);
        if (layout.Port is { } port)
            registers.Set(port, PortDvsecRegisters.PmInitComplete, speed is not null);
    }

    private void SetFlexBus(bool isUp, bool carriesCache)
    {
        RegisterView flexBus = registers[layout.FlexBus];
        FlexBusRegisters fields = layout.FlexBus.Table;
        if (isUp)
        {
            fields.SetNegotiated(flexBus, carriesCache, mem: true);
            return;
        }

        foreach (Field<bool> enabled in (ReadOnlySpan<Field<bool>>)[fields.CacheEnabled, fields.IoEnabled, fields.MemEnabled, fields.Flit68Enabled])
            flexBus.Set(enabled, false);
    }

    /// <summary>Of an endpoint: how far its memory is on its way up, in the range registers of its device DVSEC.</summary>
    public void SetMedia(bool infoValid, bool active)
    {
        if (layout.Device is { } device)
            device.Table.SetMemoryReady(registers[device], infoValid, active);
    }

    /// <summary>Of an endpoint: the device address that the ranges of its device DVSEC turn a host address into.</summary>
    public bool TryRange(ulong hpa, out ulong dpa)
    {
        dpa = 0;
        if (layout.Device is not { } device)
            return false;
        RegisterView view = registers[device];
        for (int range = 0; range < view.Get(device.Table.HdmCount); range++)
        {
            DeviceRangeRegisters fields = device.Table.Ranges[range];
            ulong size = fields.Size(view);
            ulong offset = hpa - fields.Base(view);
            if (offset < size)
            {
                dpa += offset;
                return true;
            }

            dpa += size;
        }

        return false;
    }

    /// <summary>Reads configuration space: 1, 2 or 4 bytes, aligned.</summary>
    public ulong ReadConfiguration(int offset, int bytes) => OffsetInExchange(offset) is var inside and >= DoeFirstRegister
        ? Exchange.Read(inside & ~3) >> (8 * (offset & 3)) & IoWidth.AllOnes(bytes)
        : registers.Read(offset, bytes);

    /// <summary>Writes configuration space: 1, 2 or 4 bytes, aligned. The data object exchange takes whole registers only.</summary>
    /// <returns>The number of the exchange that this started; 0 if it started none.</returns>
    public ulong WriteConfiguration(int offset, int bytes, ulong value)
    {
        if (OffsetInExchange(offset) is var inside and >= DoeFirstRegister)
        {
            bool waited = Exchange.Pending;
            if (bytes == 4)
                Exchange.Write(inside, (uint)value);
            RaiseExchange();
            return Exchange.Pending && !waited ? Exchange.Exchange : 0;
        }

        routed = false;
        Note(registers.Write(offset, bytes, value));
        ReleaseInterrupts();
        return 0;
    }

    /// <summary>The time that an exchange takes is over.</summary>
    public void CompleteExchange(ulong number)
    {
        if (exchange?.Complete(number) == true)
            RaiseExchange();
    }

    /// <summary>Adds configuration space to the run's digest.</summary>
    public void AppendState(ref Simulation.RunDigest digest)
    {
        for (int i = 0; i < layout.Registers.RegisterCount; i++)
            digest.Add((ulong)registers.RegisterAt(i));
    }

    /// <summary>All 4,096 bytes of configuration space, without the effects that reading has.</summary>
    public byte[] Dump()
    {
        var bytes = new byte[Bdf.ConfigurationBytes];
        for (int offset = 0; offset < bytes.Length; offset += 4)
        {
            uint word = OffsetInExchange(offset) is var inside and >= DoeFirstRegister ? Exchange.Peek(inside) : registers.Word(offset);
            BitConverter.TryWriteBytes(bytes.AsSpan(offset), word);
        }

        return bytes;
    }

    private const int DoeFirstRegister = 4; // the capability's header is configuration space like any other

    private DoeMailbox Exchange => exchange ??= new DoeMailbox([new CdatAccess(describe!())], ExchangeVector);

    private int? ExchangeVector => layout.DataObjectExchange is { } block && registers.Get(block, DoeCapabilityRegisters.InterruptSupport)
        ? registers.Get(block, DoeCapabilityRegisters.InterruptMessage)
        : null;

    private void RaiseExchange()
    {
        if (Exchange.TakeInterrupt())
            Raise(ExchangeVector!.Value);
    }

    private int OffsetInExchange(int offset) =>
        layout.DataObjectExchange is { } block && describe is not null && block.Contains(offset) ? offset - block.Offset : -1;

    // Back-invalidates need 256-byte flits.
    private static bool HasBackInvalidate(LinkOptions? link) => link?.Speed.FlitMode == FlitMode.Flit256;

    private static PciLinkOptions OfLink(LinkOptions? link) => link is null
        ? new PciLinkOptions()
        : new PciLinkOptions { Rate = link.Speed.Rate, Width = link.Speed.Width, FlitMode = link.Speed.FlitMode == FlitMode.Flit256 };
}
