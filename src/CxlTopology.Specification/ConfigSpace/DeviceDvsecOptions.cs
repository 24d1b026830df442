namespace CxlTopology.Specification;

/// <summary>What a device's DVSEC says it can do.</summary>
public sealed record DeviceDvsecOptions
{
    /// <summary>A type 3 memory expander: capability 0x001E.</summary>
    public static DeviceDvsecOptions Type3 { get; } = new() { MemHwInit = true };

    /// <summary>
    /// A type 2 accelerator with one range: cache, write-back, CXL reset within 100 ms, memory clear. Capability 0x09D7.
    /// </summary>
    public static DeviceDvsecOptions Type2 { get; } = new()
    {
        CacheCapable = true,
        WriteBackCapable = true,
        ResetCapable = true,
        ResetTimeout = 1,
        MemoryClearCapable = true,
    };

    /// <summary>A further function of a device that takes part in its CXL.cache: no memory ranges, no CXL reset of its own.</summary>
    /// <param name="device">What function 0 of the device says.</param>
    public static DeviceDvsecOptions FurtherFunction(DeviceDvsecOptions device) =>
        new() { CacheCapable = device.CacheCapable, WriteBackCapable = device.WriteBackCapable, MemCapable = false, HdmCount = 0 };

    /// <summary>It has a coherent cache. Not by default.</summary>
    public bool CacheCapable { get; init; }

    /// <summary>It has memory for the host. By default.</summary>
    public bool MemCapable { get; init; } = true;

    /// <summary>It brings its memory up by itself. Not by default.</summary>
    public bool MemHwInit { get; init; }

    /// <summary>Memory ranges: 1 or 2 with memory, else 0. 1 by default.</summary>
    public byte HdmCount { get; init; } = 1;

    /// <summary>Software can have the cache written back and invalidated. Needs a cache. Not by default.</summary>
    public bool WriteBackCapable { get; init; }

    /// <summary>It knows CXL reset. Not by default.</summary>
    public bool ResetCapable { get; init; }

    /// <summary>How long that takes at most: 0 to 4 are 10 ms, 100 ms, 1 s, 10 s, 100 s. 0 by default.</summary>
    public byte ResetTimeout { get; init; }

    /// <summary>It can clear memory then. Needs CXL reset. Not by default.</summary>
    public bool MemoryClearCapable { get; init; }

    /// <summary>It is a multi-logical device. Not by default.</summary>
    public bool MultipleLogicalDevice { get; init; }

    /// <summary>It knows viral. Not by default.</summary>
    public bool ViralCapable { get; init; }

    /// <summary>It tells when power management initialization is over. Not by default.</summary>
    public bool PmInitReporting { get; init; }

    /// <summary>Unit of the cache size: 0 none said, 1 64 KiB, 2 1 MiB. 0 by default.</summary>
    public byte CacheSizeUnit { get; init; }

    /// <summary>Size of the cache in the unit. 0 by default.</summary>
    public byte CacheSize { get; init; }

    /// <summary>It can complete with Cmp-M. Not by default.</summary>
    public bool ModifiedCompletionCapable { get; init; }

    /// <summary>It never writes clean lines back. Not by default.</summary>
    public bool NoCleanWriteback { get; init; }

    /// <summary>It can reach its peers' memory. Not by default.</summary>
    public bool DirectPeerCapable { get; init; }

    /// <summary>Volatile memory is kept over a warm reset. Not by default.</summary>
    public bool VolatileKeptWarm { get; init; }

    /// <summary>Volatile memory is kept over a hot reset. Not by default.</summary>
    public bool VolatileKeptHot { get; init; }

    /// <summary>Software may choose that. Not by default.</summary>
    public bool HotResetStateConfigurable { get; init; }

    /// <summary>Size of the first range, a multiple of 256 MiB. 0 by default.</summary>
    public ByteSize Range1Size { get; init; }

    /// <summary>Size of the second range, a multiple of 256 MiB; 0, the default, without one.</summary>
    public ByteSize Range2Size { get; init; }

    /// <summary>0 volatile, 1 not, 2, the default, as CDAT says.</summary>
    public byte MediaType { get; init; } = 2;

    /// <summary>0 memory, 1 storage, 2, the default, as CDAT says.</summary>
    public byte MemoryClass { get; init; } = 2;

    /// <summary>Encoded granularity it likes best. 0, none, by default.</summary>
    public byte DesiredInterleave { get; init; }

    /// <summary>How long until memory is active: 0 to 4 are 1, 4, 16, 64, 256 s. 0 by default.</summary>
    public byte MemoryActiveTimeout { get; init; }

    /// <summary>Refuses what no device can be.</summary>
    /// <exception cref="ArgumentException">The message says what contradicts what.</exception>
    public void Check()
    {
        Require(MemCapable ? HdmCount is 1 or 2 : HdmCount == 0, "a device with memory has 1 or 2 ranges, one without has none");
        Require(CacheCapable || !WriteBackCapable, "write-back needs a cache");
        Require(ResetCapable || !MemoryClearCapable, "memory clear needs CXL reset");
        Require(ResetTimeout <= 4, "reset timeouts are 0 to 4");
        Require(MemoryActiveTimeout <= 4, "memory active timeouts are 0 to 4");
        Require(
            MediaType <= 7 && MemoryClass <= 7 && DesiredInterleave <= 31, "media type and class are 0 to 7, desired interleave 0 to 31");
        Require(
            CacheSizeUnit <= 2 && (CacheSizeUnit != 0 || CacheSize == 0), "cache size units are 0 to 2, and without one there is no size");
        Require((Range1Size.Bytes | Range2Size.Bytes) % FixedMemoryWindow.Alignment == 0, "range sizes are multiples of 256 MiB");
        Require(HdmCount >= 1 || Range1Size.Bytes == 0, "there is no first range");
        Require(HdmCount >= 2 || Range2Size.Bytes == 0, "there is no second range");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new ArgumentException($"Device DVSEC: {otherwise}.");
    }
}
