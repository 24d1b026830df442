namespace CxlTopology.Specification;

/// <summary>What a function says it is.</summary>
public sealed record PciIdentity
{
    /// <summary>Class code of a bridge between PCI buses: every CXL port.</summary>
    public const uint BridgeClass = 0x060400;

    /// <summary>Class code of a CXL memory device: type 3.</summary>
    public const uint MemoryClass = 0x050210;

    /// <summary>Class code of a processing accelerator: type 2 by default.</summary>
    public const uint AcceleratorClass = 0x120000;

    /// <summary>Class code of a root complex event collector.</summary>
    public const uint EventCollectorClass = 0x080700;

    /// <summary>Class code of a system peripheral of no other kind: a further function of a device by default.</summary>
    public const uint PeripheralClass = 0x088000;

    /// <summary>Vendor ID. That of the CXL DVSECs by default.</summary>
    public ushort VendorId { get; init; } = Dvsec.Vendor;

    /// <summary>Device ID.</summary>
    public ushort DeviceId { get; init; }

    /// <summary>Base class, sub-class and programming interface, 24 bits.</summary>
    public uint ClassCode { get; init; }

    /// <summary>Revision ID. 1 by default.</summary>
    public byte Revision { get; init; } = 1;

    /// <summary>Subsystem Vendor ID of an endpoint. 0 by default.</summary>
    public ushort SubsystemVendorId { get; init; }

    /// <summary>Subsystem ID of an endpoint. 0 by default.</summary>
    public ushort SubsystemId { get; init; }
}
