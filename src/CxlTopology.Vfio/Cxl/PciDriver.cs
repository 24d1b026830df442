using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>vfio-pci: any function, as a PCI device. In dialect <see cref="VfioDialect.V3"/> a CXL device with one region that firmware committed is passed through as one, without a variant driver.</summary>
/// <param name="core">The host's CXL core; null to pass everything through as a PCI device.</param>
public sealed class PciDriver(IPassthroughCore? core = null) : VfioDriver
{
    /// <inheritdoc/>
    public override string Name => "vfio-pci";

    /// <inheritdoc/>
    internal override async Task OnOpen(VfioPciDevice device)
    {
        if (core is null || device.Options.Dialect != VfioDialect.V3)
        {
            await device.EnablePci(isCxl: false);
            return;
        }

        await device.EnablePci(isCxl: true);
        var cxl = new VfioCxlCore(device, core);
        try
        {
            await cxl.Enable();
        }
        catch (ErrnoException problem) when (problem.Errno == Errno.ENODEV)
        {
            device.Note($"no CXL: {problem.Message}");
            await cxl.Disable(); // no CXL device: a PCI device all the same
            return;
        }

        device.Cxl = cxl;
        if (cxl.Region is null)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"Firmware has committed no region of {device.Name}: dialect v3 passes through what firmware has committed.");
        if (cxl.Region.Ways != 1)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"{cxl.Region.Name} of {device.Name} is interleaved over {cxl.Region.Ways} devices: dialect v3 passes through one device alone.");
        await cxl.Register();
        await cxl.Finish();
    }

    /// <inheritdoc/>
    internal override async Task OnClose(VfioPciDevice device)
    {
        if (device.Cxl is { } cxl)
            await cxl.Disable();
        device.Cxl = null;
    }
}
