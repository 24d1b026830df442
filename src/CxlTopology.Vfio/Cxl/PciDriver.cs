using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>vfio-pci: any function, as a PCI device. In dialect <see cref="VfioDialect.V3"/> a CXL device with one region that firmware committed is passed through as one, without a variant driver.</summary>
/// <remarks>
/// In v3 the device, with the host addresses of its region, is taken when it is bound; what is out of its scope is refused there. Its registers are looked for, and become regions, when it is opened.
/// </remarks>
/// <param name="core">The host's CXL core; null to pass everything through as a PCI device.</param>
public sealed class PciDriver(IPassthroughCore? core = null) : VfioDriver
{
    /// <inheritdoc/>
    public override string Name => "vfio-pci";

    /// <inheritdoc/>
    /// <exception cref="ErrnoException">EOPNOTSUPP: nothing that firmware committed, more than one decoder of it, or an interleaved one. EBUSY: the host, or somebody else, has it.</exception>
    internal override void OnBind(VfioPciDevice device)
    {
        if (!PassesCxl(device) || core!.Claim(device.Function) is not { } committed)
            return;
        try
        {
            RequireScope(device, committed);
        }
        catch (ErrnoException)
        {
            core.Release(device.Function);
            throw;
        }

        device.IsClaimed = true;
        device.Note($"{committed[0].Name} acquired");
    }

    /// <inheritdoc/>
    internal override void OnUnbind(VfioPciDevice device)
    {
        if (!device.IsClaimed)
            return;
        device.IsClaimed = false;
        core!.Release(device.Function);
    }

    /// <inheritdoc/>
    internal override async Task OnOpen(VfioPciDevice device)
    {
        if (!PassesCxl(device))
        {
            await device.EnablePci(isCxl: false);
            return;
        }

        await device.EnablePci(isCxl: true);
        var cxl = new VfioCxlCore(device, core!);
        device.Cxl = cxl; // before it is enabled: what fails half-way is undone by its close
        try
        {
            await cxl.Enable();
        }
        catch (ErrnoException problem) when (problem.Errno == Errno.ENODEV)
        {
            device.Note($"no CXL: {problem.Message}");
            await cxl.Disable(); // no CXL device: a PCI device all the same
            device.Cxl = null;
            return;
        }

        RequireScope(device, cxl.Committed);
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

    private bool PassesCxl(VfioPciDevice device) => core is not null && device.Options is { Dialect: VfioDialect.V3, DisablesCxl: false };

    /// <summary>Refuses what dialect v3 does not pass through.</summary>
    private static void RequireScope(VfioPciDevice device, IReadOnlyList<PassthroughRegion> committed)
    {
        if (committed.FirstOrDefault(r => !r.IsOfFirmware) is { } own)
            throw new ErrnoException(Errno.EBUSY, $"Host addresses of {device.Name} from 0x{own.Base.Value:x} on are the host's {own.Name}: it has to be destroyed before the device can be passed through.");
        if (committed.Count == 0)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"Firmware has committed no region of {device.Name}: dialect v3 passes through what firmware has committed.");
        if (committed.Count > 1)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"Firmware has committed {committed.Count} decoders of {device.Name} ({string.Join(", ", committed.Select(r => r.Name))}): dialect v3 passes through exactly one.");
        if (committed[0].Ways != 1)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"{committed[0].Name} of {device.Name} is interleaved over {committed[0].Ways} devices: dialect v3 passes through one device alone.");
    }
}
