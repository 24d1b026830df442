using System.Numerics;

namespace CxlTopology.Specification;

/// <summary>Configuration spaces by kind of function. Equal options give the same layout, so that instances share it.</summary>
/// <remarks>Up to 1,024 kinds are remembered; a further one is laid out anew each time it is asked for, at the cost of memory
/// only.</remarks>
public static class ConfigSpaceLayouts
{
    private const int KindsMax = 1024;

    /// <summary>MSI-X vector of an endpoint's mailbox.</summary>
    public const int MailboxVector = 0;

    /// <summary>MSI-X vector of an endpoint's data object exchange. Those of its event logs follow.</summary>
    public const int ExchangeVector = 1;

    private const int MsixBar = 4;

    private static readonly Dictionary<object, ConfigSpaceLayout> known = [];

    /// <summary>Configuration space of a root port, upstream port or downstream port.</summary>
    /// <exception cref="ArgumentException">The role is none of the three, or the link is not possible.</exception>
    public static ConfigSpaceLayout Port(PortConfigSpaceOptions options) => Remembered(options, () => BuildPort(options));

    /// <summary>Configuration space of an endpoint.</summary>
    /// <exception cref="ArgumentException">The role is not an endpoint, or something in the options is not possible.</exception>
    public static ConfigSpaceLayout Endpoint(EndpointConfigSpaceOptions options) => Remembered(options, () => BuildEndpoint(options));

    /// <summary>Configuration space of a further function of a device.</summary>
    /// <exception cref="ArgumentException">Something in the options is not possible.</exception>
    public static ConfigSpaceLayout Function(FunctionConfigSpaceOptions options) => Remembered(options, () => BuildFunction(options));

    /// <summary>Configuration space of a root complex event collector.</summary>
    /// <param name="multiFunction">Whether it is one of several functions of its device.</param>
    public static ConfigSpaceLayout EventCollector(bool multiFunction = false) =>
        Remembered((nameof(EventCollector), multiFunction), () => BuildEventCollector(multiFunction));

    /// <summary>Bytes of the base address register of an MSI-X table with its pending bits, which begin half way.</summary>
    public static int MsixBarSize(int vectors) => Math.Max(0x1000, (int)BitOperations.RoundUpToPowerOf2((uint)vectors * 16) * 2);

    private static ConfigSpaceLayout Remembered(object options, Func<ConfigSpaceLayout> build)
    {
        lock (known)
        {
            if (known.TryGetValue(options, out ConfigSpaceLayout? layout))
                return layout;
            layout = build();
            if (known.Count < KindsMax)
                known.Add(options, layout);
            return layout;
        }
    }

    private static ConfigSpaceLayout BuildPort(PortConfigSpaceOptions options)
    {
        (PciExpressPortType type, string name, ushort deviceId) = options.Role switch
        {
            ComponentRole.RootPort => (PciExpressPortType.RootPort, "root port", (ushort)0x0001),
            ComponentRole.UpstreamPort => (PciExpressPortType.UpstreamPort, "upstream port", (ushort)0x0002),
            ComponentRole.DownstreamPort => (PciExpressPortType.DownstreamPort, "downstream port", (ushort)0x0003),
            _ => throw new ArgumentException($"{options.Role} is not a port with a configuration space.", nameof(options)),
        };
        bool downstream = type != PciExpressPortType.UpstreamPort;
        PciIdentity identity = (options.Identity ?? new PciIdentity { DeviceId = deviceId }) with { ClassCode = PciIdentity.BridgeClass };
        BaseAddressRegister[] bars = [new(0, RegisterLocation.Alignment, Prefetchable: true)];

        ConfigSpaceBuilder builder = new(name, options.Role);
        builder.AddHeader(new Type1HeaderRegisters(name, identity, bars, options.MultiFunction));
        builder.AddPciExpress(type, options.Link, downstream && options.HotPlug);
        builder.AddPowerManagement();
        builder.AddMsi();
        builder.AddAer(type == PciExpressPortType.RootPort);
        if (!downstream)
        {
            builder.AddExtended(SerialNumberRegisters.Map, ResetClass.Function);
            if (options.DataObjectExchange)
                builder.AddDataObjectExchange(vector: 0);
        }
        else
        {
            builder.AddExtended(PortDvsecRegisters.Map, ResetClass.CxlDvsec);
            builder.AddExtended(PortGpfRegisters.Map, ResetClass.CxlDvsec);
        }

        builder.AddFlexBus(downstream, options.CacheCapable, mem: true, options.MldCapable, options.Link);
        builder.AddLocator(new RegisterLocation(RegisterBlockId.Component, 0, 0));
        return new ConfigSpaceLayout(builder);
    }

    private static ConfigSpaceLayout BuildEventCollector(bool multiFunction)
    {
        ConfigSpaceBuilder builder = new("event collector", ComponentRole.HostBridge);
        var identity = new PciIdentity { DeviceId = 0x0006, ClassCode = PciIdentity.EventCollectorClass };
        builder.AddHeader(new Type0HeaderRegisters(builder.Name, identity, [], multiFunction));
        builder.AddPciExpress();
        builder.AddPowerManagement();
        builder.AddMsi();
        builder.AddAer(root: true);
        builder.AddExtended(EventCollectorRegisters.Map, ResetClass.Function);
        return new ConfigSpaceLayout(builder);
    }

    private static ConfigSpaceLayout BuildFunction(FunctionConfigSpaceOptions options)
    {
        const ulong BarLeast = 4096;
        if (options.MsixVectors is < 0 or > MsixTableLayout.VectorsMax)
            throw new ArgumentException($"A function has 0 to {MsixTableLayout.VectorsMax} MSI-X vectors, not {options.MsixVectors}.", nameof(options));
        if (options.FirstBar.Bytes < BarLeast || options.SecondBar.Bytes is > 0 and < BarLeast)
            throw new ArgumentException("The BARs of a further function have 4 KiB or more.", nameof(options));
        List<BaseAddressRegister> bars = [new(0, options.FirstBar.Bytes, Prefetchable: true)];
        if (options.SecondBar.Bytes != 0)
            bars.Add(new BaseAddressRegister(2, options.SecondBar.Bytes, Prefetchable: true));
        if (options.MsixVectors > 0)
            bars.Add(new BaseAddressRegister(MsixBar, (ulong)MsixBarSize(options.MsixVectors), Prefetchable: true));

        ConfigSpaceBuilder builder = new(options.Device is null ? "further function" : "further CXL function", ComponentRole.Type2Endpoint);
        builder.AddHeader(new Type0HeaderRegisters(builder.Name, options.Identity ?? FunctionConfigSpaceOptions.DefaultIdentity, bars, multiFunction: true));
        builder.AddPciExpress(PciExpressPortType.Endpoint, options.Link, hotPlug: false);
        builder.AddPowerManagement();
        if (options.MsixVectors > 0)
            builder.AddMsix(options.MsixVectors, MsixBar, MsixBarSize(options.MsixVectors) / 2);
        builder.AddAer(root: false);
        if (options.Device is { } device)
            builder.AddDevice(device);
        return new ConfigSpaceLayout(builder);
    }

    private static ConfigSpaceLayout BuildEndpoint(EndpointConfigSpaceOptions options)
    {
        bool type3 = options.Role == ComponentRole.Type3Endpoint;
        if (!type3 && options.Role != ComponentRole.Type2Endpoint)
            throw new ArgumentException($"{options.Role} is not an endpoint.", nameof(options));
        if (options.MsixVectors is < 0 or > 2048)
            throw new ArgumentException($"An endpoint has 0 to 2048 MSI-X vectors, not {options.MsixVectors}.", nameof(options));
        if (options.LogicalDevices is < 0 or > 16)
            throw new ArgumentException(
                $"A multi-logical device has 1 to 16 logical devices, not {options.LogicalDevices}.", nameof(options));
        if (options.ComponentBar.Bytes < RegisterLocation.Alignment
            || options.ComponentOffset.Bytes > options.ComponentBar.Bytes - RegisterLocation.Alignment)
        {
            throw new ArgumentException("The component registers, 64 KiB, do not fit into BAR 0.", nameof(options));
        }

        bool deviceRegisters = options.DeviceRegisters ?? type3;
        ByteSize second = options.SecondBar ?? ByteSize.KiB(deviceRegisters ? 64UL : 0);
        if (deviceRegisters && second.Bytes < RegisterLocation.Alignment)
            throw new ArgumentException("Device registers need a BAR 2 of 64 KiB or more.", nameof(options));
        DeviceDvsecOptions device = options.Device ?? (type3 ? DeviceDvsecOptions.Type3 : DeviceDvsecOptions.Type2);
        if (options.LogicalDevices > 0)
            device = device with { MultipleLogicalDevice = true };
        PciIdentity identity = options.Identity ?? EndpointConfigSpaceOptions.IdentityOf(options.Role);

        List<BaseAddressRegister> bars = [new(0, options.ComponentBar.Bytes, Prefetchable: true)];
        List<RegisterLocation> locations = [new(RegisterBlockId.Component, 0, options.ComponentOffset.Bytes)];
        if (second.Bytes != 0)
            bars.Add(new BaseAddressRegister(2, second.Bytes, Prefetchable: true));
        if (deviceRegisters)
            locations.Add(new RegisterLocation(RegisterBlockId.Device, 2, 0));
        if (options.MsixVectors > 0)
            bars.Add(new BaseAddressRegister(MsixBar, (ulong)MsixBarSize(options.MsixVectors), Prefetchable: true));

        ConfigSpaceBuilder builder = new(type3 ? "type 3 endpoint" : "type 2 endpoint", options.Role);
        builder.AddHeader(new Type0HeaderRegisters(builder.Name, identity, bars, options.MultiFunction));
        builder.AddPciExpress(PciExpressPortType.Endpoint, options.Link, hotPlug: false);
        builder.AddPowerManagement();
        if (options.MsixVectors > 0)
            builder.AddMsix(options.MsixVectors, MsixBar, MsixBarSize(options.MsixVectors) / 2);
        builder.AddAer(root: false);
        builder.AddExtended(SerialNumberRegisters.Map, ResetClass.Function);
        if (options.DataObjectExchange)
            builder.AddDataObjectExchange(options.MsixVectors > ExchangeVector ? ExchangeVector : null);
        builder.AddDevice(device);
        if (options.NonCxlFunctionMap || options.NonCxlFunctions != 0)
        {
            RegisterBlock map = builder.AddExtended(NonCxlFunctionMapRegisters.Map, ResetClass.CxlDvsec);
            for (int function = 0; function < Bdf.FunctionsMax; function++)
                builder.Set(map, NonCxlFunctionMapRegisters.Of(function), (uint)options.NonCxlFunctions >> function & 1); // of device 0, the only one on a link
        }

        builder.AddExtended(DeviceGpfRegisters.Map, ResetClass.CxlDvsec);
        builder.AddFlexBus(downstream: false, device.CacheCapable, device.MemCapable, device.MultipleLogicalDevice, options.Link);
        builder.AddLocator(locations);
        if (options.AddressTranslation)
            builder.AddExtended(AddressTranslationRegisters.Map, ResetClass.Function);
        if (options.LogicalDevices > 0)
        {
            RegisterBlock mld = builder.AddExtended(MldRegisters.Map, ResetClass.CxlDvsec);
            builder.Set(mld, MldRegisters.LogicalDevices, (ushort)options.LogicalDevices);
        }

        return new ConfigSpaceLayout(builder);
    }
}
