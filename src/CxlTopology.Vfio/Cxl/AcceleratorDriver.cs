using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The variant driver of an accelerator: it knows how much memory its device has, uses the region that firmware has committed or makes one, and hands it to the user of the device.</summary>
/// <param name="core">The host's CXL core.</param>
/// <remarks>Open: the CXL side is enabled; the region found or made; registered as a region of the device; the device finished. Close: unregistered, destroyed if it was made, the CXL side disabled.</remarks>
public sealed class AcceleratorDriver(IPassthroughCore core) : VfioDriver
{
    /// <summary>What the posted driver declares, and makes: 256 MiB.</summary>
    public static ByteSize PostedCapacity { get; } = ByteSize.MiB(256);

    /// <inheritdoc/>
    public override string Name => "cxl-accelerator";

    /// <inheritdoc/>
    internal override async Task OnOpen(VfioPciDevice device)
    {
        var cxl = new VfioCxlCore(device, core);
        device.Cxl = cxl;
        await device.EnablePci(isCxl: true);
        await cxl.Enable();
        if (cxl.Region is null)
            await cxl.CreateRegion(RegionSizeOf(device, cxl));
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

    private static ByteSize RegionSizeOf(VfioPciDevice device, VfioCxlCore cxl) => device.Options.Dialect == VfioDialect.RfcV2AsPosted
        ? PostedCapacity
        : device.Options.RegionSize ?? cxl.Capacity;
}
