using CxlTopology.Simulation;

namespace CxlTopology.Software;

/// <summary>Resets PCI functions, by one of several methods, with their configuration saved and written back.</summary>
/// <remarks>
/// Only <see cref="PciResetMethod.Cxl"/> saves CXL state: after <c>bus</c> and <c>cxl_bus</c> decoders are gone, and whoever needs them has
/// to commit them again.
/// </remarks>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
public sealed class PciReset(IConfigurationBus configuration, IMmioBus mmio, ISoftwareClock clock)
{
    private const int DeviceCapability = 0x04;
    private const int DeviceControl = 0x08;
    private const uint FunctionLevelCapable = 1 << 28;
    private const uint InitiateFunctionLevel = 1 << 15;
    private const int BridgeControl = 0x3E;
    private const uint SecondaryBusReset = 1 << 6;
    private static readonly SimDuration settle = SimDuration.FromMilliseconds(100);
    private static readonly SimDuration busReset = SimDuration.FromMilliseconds(2);
    private readonly PciReadiness readiness = new(configuration, clock);
    private readonly ComponentLocator locator = new(configuration, mmio);

    /// <summary>The word of a method in <c>reset_method</c>.</summary>
    public static string NameOf(PciResetMethod method) => method switch
    {
        PciResetMethod.FunctionLevel => "flr",
        PciResetMethod.Bus => "bus",
        PciResetMethod.CxlBus => "cxl_bus",
        PciResetMethod.Cxl => "cxl_reset",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a reset method."),
    };

    /// <summary>The methods that a function has, in the order in which they are tried: <c>reset_method</c>.</summary>
    public async Task<IReadOnlyList<PciResetMethod>> Methods(PciDevice device)
    {
        var methods = new List<PciResetMethod>();
        foreach (PciResetMethod method in Enum.GetValues<PciResetMethod>())
        {
            if (await Refusal(device, method) is null)
                methods.Add(method);
        }

        return methods;
    }

    /// <summary>Resets a function.</summary>
    /// <param name="device">The function.</param>
    /// <param name="method">How.</param>
    /// <param name="claims">The memory that others may use; asked by <see cref="PciResetMethod.Cxl"/> alone.</param>
    /// <exception cref="ErrnoException">
    /// -ENOTTY: it does not have the method (the port above masks Secondary Bus Reset; there is no CXL port above; others are on the bus),
    /// or did not answer afterwards. Else as of <see cref="CxlReset.Run"/>.
    /// </exception>
    public async Task Run(PciDevice device, PciResetMethod method, IMemoryClaims claims)
    {
        if (method == PciResetMethod.Cxl)
        {
            await new CxlReset(configuration, mmio, clock).Run(device, claims);
            return;
        }

        if (await Refusal(device, method) is { } refusal)
            throw new ErrnoException(Errno.ENOTTY, refusal);
        PciState state = await PciState.Save(configuration, mmio, device);
        await state.TurnOff(configuration);
        await readiness.WaitForTransactions(device);
        if (method == PciResetMethod.FunctionLevel)
            await ResetFunction(device);
        else
            await ResetBus(device.Parent!, device, method == PciResetMethod.CxlBus);
        await state.Restore(configuration, mmio);
        await state.Enable(configuration);
    }

    private async Task ResetFunction(PciDevice device)
    {
        int at = device.ExpressCapability + DeviceControl;
        uint control = await configuration.ReadConfig(device.Bdf, at, 2);
        await configuration.WriteConfig(device.Bdf, at, control | InitiateFunctionLevel, 2);
        await clock.Wait(settle);
        await readiness.WaitForAnswer(device, "a function-level reset");
    }

    /// <summary>Secondary Bus Reset of a port, until a device below it answers again.</summary>
    /// <param name="port">The port.</param>
    /// <param name="device">The device.</param>
    /// <param name="unmask">The port is a CXL port: it is told to let the reset through, and to mask it again afterwards.</param>
    internal async Task ResetBus(PciDevice port, PciDevice device, bool unmask)
    {
        int dvsec = unmask ? await locator.FindDvsec(port, CxlDvsec.PortId) : 0;
        uint masks = dvsec == 0 ? 0 : await configuration.ReadConfig(port.Bdf, dvsec + CxlDvsec.PortControl, 2);
        if (dvsec != 0)
            await configuration.WriteConfig(port.Bdf, dvsec + CxlDvsec.PortControl, masks | CxlDvsec.UnmaskBusReset, 2);
        uint control = await configuration.ReadConfig(port.Bdf, BridgeControl, 2);
        await configuration.WriteConfig(port.Bdf, BridgeControl, control | SecondaryBusReset, 2);
        await clock.Wait(busReset);
        await configuration.WriteConfig(port.Bdf, BridgeControl, control & ~SecondaryBusReset, 2);
        if (dvsec != 0)
            await configuration.WriteConfig(port.Bdf, dvsec + CxlDvsec.PortControl, masks, 2);
        await readiness.WaitForLink(port);
        await readiness.WaitForAnswer(device, "a bus reset");
    }

    /// <summary>Why a function does not have a method; null if it has.</summary>
    private async Task<string?> Refusal(PciDevice device, PciResetMethod method)
    {
        switch (method)
        {
            case PciResetMethod.FunctionLevel:
                uint capability = device.ExpressCapability == 0 ? 0 : await configuration.ReadConfig(device.Bdf, device.ExpressCapability + DeviceCapability);
                return capability != uint.MaxValue && (capability & FunctionLevelCapable) != 0 ? null : $"{device.Bdf} has no function-level reset.";
            case PciResetMethod.Cxl:
                return await new CxlReset(configuration, mmio, clock).IsSupported(device) ? null : $"{device.Bdf} has no CXL reset.";
        }

        if (device.Parent is not { } port)
            return $"There is no port above {device.Bdf}.";
        if (port.Children.Count > 1)
            return $"{device.Bdf} is not alone on its bus.";
        int dvsec = await locator.FindDvsec(port, CxlDvsec.PortId);
        if (method == PciResetMethod.CxlBus)
            return dvsec != 0 ? null : $"{port.Bdf} is no CXL port.";
        return dvsec == 0 || (await configuration.ReadConfig(port.Bdf, dvsec + CxlDvsec.PortControl, 2) & CxlDvsec.UnmaskBusReset) != 0
            ? null
            : $"The CXL port {port.Bdf} masks Secondary Bus Reset.";
    }
}
