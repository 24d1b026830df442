namespace CxlTopology.Software;

/// <summary>Hot reset of everything below a port by Secondary Bus Reset: what every function there held is saved before, and written back after: CXL control and HDM decoders too.</summary>
/// <remarks>A CXL port masks Secondary Bus Reset; then the method is <see cref="PciResetMethod.CxlBus"/>, or none. What memory holds afterwards is for the devices to say.</remarks>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
public sealed class PciHotReset(IConfigurationBus configuration, IMmioBus mmio, ISoftwareClock clock)
{
    private readonly ComponentLocator locator = new(configuration, mmio);

    /// <summary>The functions that a hot reset of a device's bus resets with it: all that lie below the port above it, itself among them, in bus order.</summary>
    public static IReadOnlyList<PciDevice> Affected(PciDevice device)
    {
        if (device.Parent is not { } port)
            return [device];
        var all = new List<PciDevice>();
        Add(port);
        return all;

        void Add(PciDevice bridge)
        {
            foreach (PciDevice child in bridge.Children)
            {
                if (!child.IsBridge)
                    all.Add(child);
                Add(child);
            }
        }
    }

    /// <summary>Resets the bus of a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="method"><see cref="PciResetMethod.Bus"/>, or <see cref="PciResetMethod.CxlBus"/>: the CXL port above is told to let it through.</param>
    /// <exception cref="ErrnoException">
    /// ENOTTY: there is no port above; it is a CXL port and masks the reset (Bus), or is none (CxlBus); the link or a device did not come back. EIO, EBUSY, ETIMEDOUT: a decoder did not take what it held before.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The method is no reset of a bus.</exception>
    public async Task Run(PciDevice device, PciResetMethod method)
    {
        if (method is not (PciResetMethod.Bus or PciResetMethod.CxlBus))
            throw new ArgumentOutOfRangeException(nameof(method), method, "A bus is reset by bus or cxl_bus.");
        if (await Refusal(device, method) is { } refusal)
            throw new ErrnoException(Errno.ENOTTY, refusal);
        var readiness = new PciReadiness(configuration, clock);
        var functions = new List<PciState>();
        var memories = new List<CxlState>();
        foreach (PciDevice function in Affected(device))
        {
            functions.Add(await PciState.Save(configuration, mmio, function));
            if (await locator.Locate(function) is { DeviceDvsec: not 0 } at)
                memories.Add(await CxlState.Save(configuration, mmio, function, at.DeviceDvsec, at.HdmDecoders, at.AddressOf(PathCommit.BiDecoder.Capability)));
        }

        foreach (PciState function in functions)
            await function.TurnOff(configuration);
        foreach (PciDevice function in Affected(device))
            await readiness.WaitForTransactions(function);

        await new PciReset(configuration, mmio, clock).ResetBus(device.Parent!, device, method == PciResetMethod.CxlBus);
        foreach (PciState function in functions)
            await function.Restore(configuration, mmio);
        foreach (CxlState memory in memories)
            await memory.Restore(configuration, mmio, clock);
        foreach (PciState function in functions)
            await function.Enable(configuration);
    }

    private async Task<string?> Refusal(PciDevice device, PciResetMethod method)
    {
        if (device.Parent is not { } port)
            return $"There is no port above {device.Bdf} that could reset its bus.";
        int dvsec = await locator.FindDvsec(port, CxlDvsec.PortId);
        if (method == PciResetMethod.CxlBus)
            return dvsec != 0 ? null : $"{port.Bdf} is no CXL port.";
        return dvsec == 0 || (await configuration.ReadConfig(port.Bdf, dvsec + CxlDvsec.PortControl, 2) & CxlDvsec.UnmaskBusReset) != 0
            ? null
            : $"{device.Bdf} lies below the CXL port {port.Bdf}, which masks Secondary Bus Reset.";
    }
}
