using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>A root port that a VMM makes: its configuration space and component registers, and the device behind it.</summary>
internal sealed class VirtualPort
{
    private readonly ConfigSpaceLayout layout;
    private readonly RegisterBank configuration;
    private readonly RegisterBank components;

    public VirtualPort(byte number, VirtualDevice device)
    {
        Number = number;
        Device = device;
        layout = ConfigSpaceLayouts.Port(new PortConfigSpaceOptions { Role = ComponentRole.RootPort });
        configuration = layout.CreateBank(number);
        components = new RegisterBank(ComponentRegisterLayout.Of(new ComponentRegisterOptions { Role = ComponentRole.RootPort }).Registers);
        RegisterView flexBus = configuration[layout.FlexBus];
        layout.FlexBus.Table.SetNegotiated(flexBus, cache: true, mem: true);
        layout.PciExpress.Table.SetLink(configuration[layout.PciExpress], new LinkSpeed(32, 16, FlitMode.Flit68));
    }

    /// <summary>Its number.</summary>
    public byte Number { get; }

    /// <summary>What hangs on it.</summary>
    public VirtualDevice Device { get; }

    /// <summary>The bus of its link; 0 while the guest has not numbered it.</summary>
    public byte SecondaryBus => configuration.Get(Header, Header.Table.SecondaryBus);

    private RegisterBlock<Type1HeaderRegisters> Header => layout.Type1!;

    private bool IsInBusReset => configuration.Get(Header, Header.Table.SecondaryBusReset) && (layout.Port is not { } port || configuration.Get(port, PortDvsecRegisters.UnmaskSbr));

    /// <summary>Whether a bus is the one of its link.</summary>
    public bool IsSecondary(byte bus) => bus != 0 && SecondaryBus == bus;

    public uint Read(int offset, int bytes) => layout.Registers.Accepts(offset, bytes) ? (uint)configuration.Read(offset, bytes) : (uint)IoWidth.AllOnes(bytes);

    /// <summary>Writes configuration space.</summary>
    /// <returns>Whether that begins a reset of the bus below: Secondary Bus Reset was set, and the port, as a CXL port, was told to let it through.</returns>
    public bool Write(int offset, int bytes, uint value)
    {
        if (!layout.Registers.Accepts(offset, bytes))
            return false;
        bool was = IsInBusReset;
        configuration.Write(offset, bytes, value);
        return !was && IsInBusReset;
    }

    /// <summary>Where in its component registers an address is; -1 if it is not there.</summary>
    public int OffsetOf(ulong address)
    {
        if (!configuration.Get(Header, Header.Table.MemorySpaceEnable))
            return -1;
        ulong offset = address - layout.Bars[0].Address(configuration);
        return offset < ComponentRegisterLayout.Length ? (int)offset : -1;
    }

    /// <summary>Whether an address below it goes through it.</summary>
    public bool Forwards(ulong address) =>
        configuration.Get(Header, Header.Table.MemorySpaceEnable)
        && (Header.Table.PrefetchableWindow(configuration[Header]) is { } wide && address >= wide.First && address <= wide.Last
            || Header.Table.MemoryWindow(configuration[Header]) is { } narrow && address >= narrow.First && address <= narrow.Last);

    public ulong ReadComponent(int offset, int bytes) => components.Layout.Accepts(offset, bytes) ? components.Read(offset, bytes) : IoWidth.AllOnes(bytes);

    public void WriteComponent(int offset, int bytes, ulong value)
    {
        if (components.Layout.Accepts(offset, bytes))
            components.Write(offset, bytes, value);
    }
}
