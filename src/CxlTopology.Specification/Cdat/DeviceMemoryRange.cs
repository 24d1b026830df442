namespace CxlTopology.Specification;

/// <summary>A range of a device's memory, as <see cref="DeviceCdat"/> describes it to software.</summary>
public sealed record DeviceMemoryRange
{
    /// <summary>The handle, unique in the device.</summary>
    public required byte Handle { get; init; }

    /// <summary>First device address.</summary>
    public required Dpa Base { get; init; }

    /// <summary>Length, not 0.</summary>
    public required ByteSize Length { get; init; }

    /// <summary>Whether it is volatile and who may use it. Volatile memory for one host by default.</summary>
    public DsmasFlags Flags { get; init; }

    /// <summary>Latencies and bandwidths from the device's port to the memory: 1 to <see cref="CdatScale.ValueMax"/> each.</summary>
    public required MemoryPerformance Performance { get; init; }

    /// <summary>
    /// What firmware should call the memory. Null, the default: <see cref="EfiMemoryType.SpecialPurpose"/> if volatile,
    /// <see cref="EfiMemoryType.Reserved"/> if not.
    /// </summary>
    public EfiMemoryType? EfiType { get; init; }

    /// <summary>Size of the cache in front of the memory. 0, the default: there is none.</summary>
    public ByteSize SideCache { get; init; }

    /// <summary>Attributes of that cache, as <see cref="Dsmscis.Attributes"/>.</summary>
    public uint SideCacheAttributes { get; init; }

    /// <summary>Whether it keeps its contents without power.</summary>
    public bool IsPersistent => (Flags & DsmasFlags.NonVolatile) != 0;
}
