namespace CxlTopology.Specification;

/// <summary>What the configuration space of a further function of a device, 1 to 7, is built from. Equal options share one layout.</summary>
/// <remarks>BAR 0 holds the function's own registers (<see cref="FunctionRegisters"/>), BAR 2 whatever else it has, BAR 4 the MSI-X table.</remarks>
public sealed record FunctionConfigSpaceOptions
{
    /// <summary>What it says it is. Vendor 0x1E98, device 0x0007, class 0x088000 (a system peripheral) by default.</summary>
    public PciIdentity? Identity { get; init; }

    /// <summary>The link of the device.</summary>
    public PciLinkOptions Link { get; init; } = new();

    /// <summary>What its device DVSEC says, if it takes part in CXL.cache; null, the default, for a function that has no part in CXL.cache and CXL.mem.</summary>
    public DeviceDvsecOptions? Device { get; init; }

    /// <summary>Size of BAR 0, a power of two from 4 KiB. 4 KiB by default.</summary>
    public ByteSize FirstBar { get; init; } = ByteSize.KiB(4);

    /// <summary>Size of BAR 2, a power of two from 4 KiB, or 0 for none. None by default.</summary>
    public ByteSize SecondBar { get; init; }

    /// <summary>MSI-X vectors, 0 (no MSI-X) to 2048. 16 by default.</summary>
    public int MsixVectors { get; init; } = 16;

    /// <summary>What a further function says it is by default.</summary>
    public static PciIdentity DefaultIdentity { get; } = new() { DeviceId = 0x0007, ClassCode = PciIdentity.PeripheralClass };
}
