namespace CxlTopology.Specification;

/// <summary>Lays out a configuration space: capabilities one behind the other, linked as they come.</summary>
internal sealed class ConfigSpaceBuilder
{
    private const int FirstCapability = 0x40;

    private readonly RegisterLayoutBuilder layout;
    private RegisterBlock? lastCapability;
    private RegisterBlock? lastExtended;
    private int nextCapability = FirstCapability;
    private int nextExtended = ConfigSpaceLayout.ExtendedStart;

    public ConfigSpaceBuilder(string name, ComponentRole role)
    {
        layout = new RegisterLayoutBuilder($"{name} configuration space", ConfigSpaceLayout.Length, accessMax: 4);
        Name = name;
        Role = role;
    }

    public string Name { get; }

    public ComponentRole Role { get; }

    public RegisterBlock? Header { get; private set; }

    public RegisterBlock<PciExpressRegisters>? PciExpress { get; private set; }

    public RegisterBlock<AerRegisters>? Aer { get; private set; }

    public RegisterBlock<DeviceDvsecRegisters>? Device { get; private set; }

    public RegisterBlock<FlexBusRegisters>? FlexBus { get; private set; }

    public RegisterBlock<RegisterLocatorRegisters>? Locator { get; private set; }

    public IReadOnlyList<RegisterLocation> Locations { get; private set; } = [];

    public RegisterLayout Build() => layout.Build();

    public void AddHeader(Type0HeaderRegisters header) => Header = layout.Add(header, 0, ResetClass.Function);

    public void AddHeader(Type1HeaderRegisters header) => Header = layout.Add(header, 0, ResetClass.Function);

    /// <summary>The PCI Express capability of an event collector, which has no link.</summary>
    public void AddPciExpress()
    {
        PciExpress = layout.Add(PciExpressRegisters.For(PciExpressPortType.EventCollector), nextCapability, ResetClass.Function);
        Link(PciExpress);
    }

    public void AddPciExpress(PciExpressPortType type, PciLinkOptions link, bool hotPlug)
    {
        link.Check();
        PciExpressRegisters table = PciExpressRegisters.For(type);
        PciExpress = layout.Add(table, nextCapability, ResetClass.Function);
        Link(PciExpress);
        byte speed = PciExpressRegisters.SpeedCode(link.Rate);
        layout.Set(PciExpress, table.MaxLinkSpeed, speed)
            .Set(PciExpress, table.MaxLinkWidth, (byte)link.Width)
            .Set(PciExpress, table.SupportedLinkSpeeds, (byte)((1 << speed) - 1))
            .Set(PciExpress, table.TargetLinkSpeed, speed)
            .Set(PciExpress, table.FlitModeSupported, link.FlitMode)
            .Set(PciExpress, table.HotPlugCapable, hotPlug)
            .Set(PciExpress, table.HotPlugSurprise, hotPlug);
    }

    public void AddPowerManagement() => Link(layout.Add(PowerManagementRegisters.Map, nextCapability, ResetClass.Function));

    public void AddMsi() => Link(layout.Add(MsiRegisters.Map, nextCapability, ResetClass.Function));

    public void AddMsix(int vectors, byte bar, int pendingOffset)
    {
        RegisterBlock block = layout.Add(MsixRegisters.Map, nextCapability, ResetClass.Function);
        Link(block);
        layout.Set(block, MsixRegisters.TableSize, (ushort)(vectors - 1))
            .Set(block, MsixRegisters.TableBar, bar)
            .Set(block, MsixRegisters.PendingBar, bar)
            .Set(block, MsixRegisters.PendingOffset, (uint)pendingOffset / 8);
    }

    public void AddAer(bool root)
    {
        Aer = layout.Add(AerRegisters.For(root), nextExtended, ResetClass.Function);
        LinkExtended(Aer);
    }

    public RegisterBlock AddExtended(RegisterMap map, ResetClass resetClass)
    {
        RegisterBlock block = layout.Add(map, nextExtended, resetClass);
        LinkExtended(block);
        return block;
    }

    /// <summary>A data object exchange; with a vector it can interrupt.</summary>
    public void AddDataObjectExchange(int? vector)
    {
        RegisterBlock block = AddExtended(DoeCapabilityRegisters.Map, ResetClass.Function);
        if (vector is not { } number)
            return;
        layout.Set(block, DoeCapabilityRegisters.InterruptSupport, true)
            .Set(block, DoeCapabilityRegisters.InterruptMessage, (ushort)number);
    }

    public void AddDevice(DeviceDvsecOptions options)
    {
        DeviceDvsecRegisters table = new(Name, options);
        Device = layout.Add(table, nextExtended, ResetClass.CxlDvsec, table.ConfigLock);
        LinkExtended(Device);
    }

    public void AddFlexBus(bool downstream, bool cache, bool mem, bool mld, PciLinkOptions link)
    {
        FlexBusRegisters table = FlexBusRegisters.For(downstream);
        FlexBus = layout.Add(table, nextExtended, ResetClass.CxlDvsec);
        LinkExtended(FlexBus);
        layout.Set(FlexBus, table.CacheCapable, cache)
            .Set(FlexBus, table.MemCapable, mem)
            .Set(FlexBus, table.Flit68Capable, true)
            .Set(FlexBus, table.MldCapable, mld)
            .Set(FlexBus, table.LatencyOptimizedCapable, link.LatencyOptimized)
            .Set(FlexBus, table.CacheEnable, cache)
            .Set(FlexBus, table.MemEnable, mem)
            .Set(FlexBus, table.Flit68Enable, true)
            .Set(FlexBus, table.MldEnable, mld)
            .Set(FlexBus, table.LatencyOptimizedEnable, link.LatencyOptimized);
    }

    public void AddLocator(params IReadOnlyList<RegisterLocation> entries)
    {
        Locations = entries;
        Locator = layout.Add(new RegisterLocatorRegisters(Name, entries), nextExtended, ResetClass.CxlDvsec);
        LinkExtended(Locator);
    }

    public void Set<T>(RegisterBlock block, Field<T> field, T value)
        where T : unmanaged => layout.Set(block, field, value);

    private void Link(RegisterBlock block)
    {
        if (lastCapability is not null)
            layout.Set(lastCapability, PciCapability.Next(lastCapability.Map), (byte)block.Offset);
        else if (Header is RegisterBlock<Type0HeaderRegisters> type0)
            layout.Set(type0, type0.Table.CapabilitiesPointer, (byte)block.Offset);
        else if (Header is RegisterBlock<Type1HeaderRegisters> type1)
            layout.Set(type1, type1.Table.CapabilitiesPointer, (byte)block.Offset);
        lastCapability = block;

        // The first 256 bytes bound this list; RegisterLayoutBuilder refuses what would overlap the extended one.
        nextCapability = (block.Offset + block.Length + 7) & ~7;
    }

    private void LinkExtended(RegisterBlock block)
    {
        if (lastExtended is not null)
            layout.Set(lastExtended, PciExtendedCapability.Next(lastExtended.Map), (ushort)block.Offset);
        lastExtended = block;
        nextExtended = (block.Offset + block.Length + 0xF) & ~0xF;
    }
}
