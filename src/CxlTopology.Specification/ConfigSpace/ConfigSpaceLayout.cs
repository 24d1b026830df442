namespace CxlTopology.Specification;

/// <summary>The configuration space of a kind of function: 4 KiB, with its blocks at hand.</summary>
public sealed class ConfigSpaceLayout
{
    /// <summary>Bytes of configuration space.</summary>
    public const int Length = 0x1000;

    /// <summary>Where the extended capabilities begin.</summary>
    public const int ExtendedStart = 0x100;

    private readonly RegisterBlock<FlexBusRegisters>? flexBus;
    private readonly RegisterBlock<RegisterLocatorRegisters>? locator;

    internal ConfigSpaceLayout(ConfigSpaceBuilder builder)
    {
        Role = builder.Role;
        Header = builder.Header ?? throw new InvalidOperationException("A function has a header.");
        Type0 = Header as RegisterBlock<Type0HeaderRegisters>;
        Type1 = Header as RegisterBlock<Type1HeaderRegisters>;
        HeaderFields = Type0?.Table ?? (HeaderRegisters)Type1!.Table;
        PciExpress = builder.PciExpress ?? throw new InvalidOperationException("A function has a PCI Express capability.");
        Aer = builder.Aer ?? throw new InvalidOperationException("A function has Advanced Error Reporting.");
        Registers = builder.Build();
        PowerManagement = Registers.Find(PowerManagementRegisters.Map) ?? throw new InvalidOperationException("A function has power management.");
        Msi = Registers.Find(MsiRegisters.Map);
        Msix = Registers.Find(MsixRegisters.Map);
        SerialNumber = Registers.Find(SerialNumberRegisters.Map);
        DataObjectExchange = Registers.Find(DoeCapabilityRegisters.Map);
        Port = Registers.Find(PortDvsecRegisters.Map);
        PortGpf = Registers.Find(PortGpfRegisters.Map);
        DeviceGpf = Registers.Find(DeviceGpfRegisters.Map);
        NonCxlFunctionMap = Registers.Find(NonCxlFunctionMapRegisters.Map);
        Mld = Registers.Find(MldRegisters.Map);
        AddressTranslation = Registers.Find(AddressTranslationRegisters.Map);
        Device = builder.Device;
        flexBus = builder.FlexBus;
        locator = builder.Locator;
        Locations = builder.Locations;
    }

    /// <summary>What the function is.</summary>
    public ComponentRole Role { get; }

    /// <summary>The space.</summary>
    public RegisterLayout Registers { get; }

    /// <summary>The header, of either type.</summary>
    public RegisterBlock Header { get; }

    /// <summary>The header of an endpoint; null in a port.</summary>
    public RegisterBlock<Type0HeaderRegisters>? Type0 { get; }

    /// <summary>The header of a port; null in an endpoint.</summary>
    public RegisterBlock<Type1HeaderRegisters>? Type1 { get; }

    /// <summary>The fields that headers of both types have.</summary>
    public HeaderRegisters HeaderFields { get; }

    /// <summary>The base address registers, ascending.</summary>
    public IReadOnlyList<BaseAddressRegister> Bars => HeaderFields.Bars;

    /// <summary>The PCI Express capability.</summary>
    public RegisterBlock<PciExpressRegisters> PciExpress { get; }

    /// <summary>Advanced Error Reporting.</summary>
    public RegisterBlock<AerRegisters> Aer { get; }

    /// <summary>The Power Management capability.</summary>
    public RegisterBlock PowerManagement { get; }

    /// <summary>MSI of a port; null in an endpoint.</summary>
    public RegisterBlock? Msi { get; }

    /// <summary>MSI-X; null without.</summary>
    public RegisterBlock? Msix { get; }

    /// <summary>Device Serial Number; in endpoints and upstream ports, else null.</summary>
    public RegisterBlock? SerialNumber { get; }

    /// <summary>Data Object Exchange; null without.</summary>
    public RegisterBlock? DataObjectExchange { get; }

    /// <summary>DVSEC 0 of an endpoint; null in a port. CONFIG_LOCK locks it.</summary>
    public RegisterBlock<DeviceDvsecRegisters>? Device { get; }

    /// <summary>DVSEC 2; null without.</summary>
    public RegisterBlock? NonCxlFunctionMap { get; }

    /// <summary>DVSEC 3 of a port that faces down, else null.</summary>
    public RegisterBlock? Port { get; }

    /// <summary>DVSEC 4 of a port that faces down, else null.</summary>
    public RegisterBlock? PortGpf { get; }

    /// <summary>DVSEC 5 of an endpoint, else null.</summary>
    public RegisterBlock? DeviceGpf { get; }

    /// <summary>Whether there is a DVSEC 7: in ports and functions 0 of devices.</summary>
    public bool HasFlexBus => flexBus is not null;

    /// <summary>DVSEC 7.</summary>
    /// <exception cref="InvalidOperationException">The function is an event collector, or a further function of a device, which have none.</exception>
    public RegisterBlock<FlexBusRegisters> FlexBus => flexBus ?? throw new InvalidOperationException($"The {Registers.Name} has no Flex Bus DVSEC.");

    /// <summary>DVSEC 8.</summary>
    /// <exception cref="InvalidOperationException">The function is an event collector, or a further function of a device, which have none.</exception>
    public RegisterBlock<RegisterLocatorRegisters> Locator => locator ?? throw new InvalidOperationException($"The {Registers.Name} has no register locator.");

    /// <summary>DVSEC 9 of a multi-logical device, else null.</summary>
    public RegisterBlock? Mld { get; }

    /// <summary>Address Translation Services; null without.</summary>
    public RegisterBlock? AddressTranslation { get; }

    /// <summary>What the register locator says.</summary>
    public IReadOnlyList<RegisterLocation> Locations { get; }

    /// <summary>The registers of one such function.</summary>
    /// <param name="portNumber">The port's number in its component: what HDM target lists name.</param>
    /// <param name="serialNumber">Of functions that have a serial number.</param>
    /// <param name="slotNumber">Of the slot below a port that faces down, 0 to 8191.</param>
    public RegisterBank CreateBank(byte portNumber = 0, ulong serialNumber = 0, ushort slotNumber = 0)
    {
        List<InitialValue> own = [];
        PciExpressRegisters express = PciExpress.Table;
        if (portNumber != 0)
            own.Add(InitialValue.Of(PciExpress, express.PortNumber, portNumber));
        if (slotNumber != 0)
            own.Add(InitialValue.Of(PciExpress, express.SlotNumber, slotNumber));
        if (SerialNumber is RegisterBlock serial && serialNumber != 0)
        {
            own.Add(InitialValue.Of(serial, SerialNumberRegisters.Low, (uint)serialNumber));
            own.Add(InitialValue.Of(serial, SerialNumberRegisters.High, (uint)(serialNumber >> 32)));
        }

        return new RegisterBank(Registers, [.. own]);
    }
}
