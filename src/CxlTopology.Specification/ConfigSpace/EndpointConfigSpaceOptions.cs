namespace CxlTopology.Specification;

/// <summary>What the configuration space of an endpoint is built from. Equal options share one layout.</summary>
/// <remarks>
/// BAR 0 holds the component registers, BAR 2 the device registers or whatever an accelerator has, BAR 4 the MSI-X table.
/// </remarks>
public sealed record EndpointConfigSpaceOptions
{
    /// <summary>Type 3 or type 2.</summary>
    public required ComponentRole Role { get; init; }

    /// <summary>What it says it is. Vendor 0x1E98, class 0x050210 (type 3) or 0x120000 (type 2) by default.</summary>
    /// <seealso cref="IdentityOf"/>
    public PciIdentity? Identity { get; init; }

    /// <summary>Its link.</summary>
    public PciLinkOptions Link { get; init; } = new();

    /// <summary>What its device DVSEC says. That of its type by default.</summary>
    public DeviceDvsecOptions? Device { get; init; }

    /// <summary>Size of BAR 0, a power of two from 64 KiB. 64 KiB by default.</summary>
    public ByteSize ComponentBar { get; init; } = ByteSize.KiB(64);

    /// <summary>Where in BAR 0 the component registers start, a multiple of 64 KiB. 0 by default.</summary>
    public ByteSize ComponentOffset { get; init; }

    /// <summary>Whether device registers are located in BAR 2. In type 3 endpoints by default.</summary>
    public bool? DeviceRegisters { get; init; }

    /// <summary>Size of BAR 2, a power of two from 64 KiB, or 0 for none. 64 KiB with device registers, else none, by default.</summary>
    public ByteSize? SecondBar { get; init; }

    /// <summary>MSI-X vectors, 0 (no MSI-X) to 2048. 16 by default.</summary>
    public int MsixVectors { get; init; } = 16;

    /// <summary>It has a data object exchange, for CDAT. By default.</summary>
    public bool DataObjectExchange { get; init; } = true;

    /// <summary>It has a Non-CXL Function Map, whether or not anything is in it. Not by default.</summary>
    public bool NonCxlFunctionMap { get; init; }

    /// <summary>Functions of the device that have no part in CXL.cache and CXL.mem, bit n for function n: with any there is a Non-CXL Function Map that lists them. None by default.</summary>
    public byte NonCxlFunctions { get; init; }

    /// <summary>It has Address Translation Services. Not by default.</summary>
    public bool AddressTranslation { get; init; }

    /// <summary>Logical devices of a multi-logical device, 1 to 16, as its fabric manager sees it; 0, the default, for all else.</summary>
    public int LogicalDevices { get; init; }

    /// <summary>It is one of several functions of its device. Not by default.</summary>
    public bool MultiFunction { get; init; }

    /// <summary>What an endpoint of a role says it is by default.</summary>
    public static PciIdentity IdentityOf(ComponentRole role) => new()
    {
        DeviceId = (ushort)(role == ComponentRole.Type3Endpoint ? 0x0004 : 0x0005),
        ClassCode = role == ComponentRole.Type3Endpoint ? PciIdentity.MemoryClass : PciIdentity.AcceleratorClass,
    };
}
