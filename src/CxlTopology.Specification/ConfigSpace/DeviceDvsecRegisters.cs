using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The PCIe DVSEC for CXL Devices, id 0: what a device can do, switches for it, resets, and its memory ranges.</summary>
/// <remarks>
/// Built from what the device is: control bits of what it cannot do read 0. RWL fields are locked by CONFIG_LOCK, which a write sets once.
/// Requests (write back, CXL reset) read 0 and are seen in the write.
/// </remarks>
public sealed class DeviceDvsecRegisters : IRegisterTable
{
    /// <summary>The table of a kind of device.</summary>
    /// <param name="component">What it is, for the name of the table.</param>
    /// <param name="options">What it can do.</param>
    /// <exception cref="ArgumentException">The options contradict each other (<see cref="DeviceDvsecOptions.Check"/>).</exception>
    public DeviceDvsecRegisters(string component, DeviceDvsecOptions options)
    {
        options.Check();
        DeviceDvsecOptions o = options;
        Map = Dvsec.NewMap($"PCIe DVSEC for CXL Device ({component})", 0x3C, "CXL 3.1 §8.1.3", revision: 2, id: 0);

        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        CacheCapable = Map.Field<bool>("Cache Capable", 0x0A, 0, 0, HwInit, resetValue: o.CacheCapable);
        IoCapable = Map.Field<bool>("IO Capable", 0x0A, 1, 1, HwInit, resetValue: true);
        MemCapable = Map.Field<bool>("Mem Capable", 0x0A, 2, 2, HwInit, resetValue: o.MemCapable);
        MemHwInit = Map.Field<bool>("Mem HwInit Mode", 0x0A, 3, 3, HwInit, resetValue: o.MemHwInit);
        HdmCount = Map.Field<byte>("HDM Count", 0x0A, 5, 4, HwInit, resetValue: o.HdmCount);
        WriteBackCapable = Map.Field<bool>("Cache Writeback and Invalidate Capable", 0x0A, 6, 6, HwInit, resetValue: o.WriteBackCapable);
        ResetCapable = Map.Field<bool>("CXL Reset Capable", 0x0A, 7, 7, HwInit, resetValue: o.ResetCapable);
        ResetTimeout = Map.Field<byte>("CXL Reset Timeout", 0x0A, 10, 8, HwInit, resetValue: o.ResetTimeout);
        MemoryClearCapable = Map.Field<bool>("CXL Reset Mem Clr Capable", 0x0A, 11, 11, HwInit, resetValue: o.MemoryClearCapable);
        TspCapable = Map.Field<bool>("TSP Capable", 0x0A, 12, 12, HwInit);
        MultipleLogicalDevice = Map.Field<bool>("Multiple Logical Device", 0x0A, 13, 13, HwInit, resetValue: o.MultipleLogicalDevice);
        ViralCapable = Map.Field<bool>("Viral Capable", 0x0A, 14, 14, HwInit, resetValue: o.ViralCapable);
        PmInitReporting = Map.Field<bool>("PM Init Completion Reporting Capable", 0x0A, 15, 15, HwInit, resetValue: o.PmInitReporting);
        CacheEnable = Map.Field<bool>("Cache Enable", 0x0C, 0, 0, o.CacheCapable ? RWL : RO);
        IoEnable = Map.Field<bool>("IO Enable", 0x0C, 1, 1, RO, resetValue: true);
        MemEnable = Map.Field<bool>("Mem Enable", 0x0C, 2, 2, o.MemCapable ? RWL : RO);
        SnoopFilterCoverage = Map.Field<byte>("Cache SF Coverage", 0x0C, 7, 3, o.CacheCapable ? RWL : RO);
        SnoopFilterGranularity = Map.Field<byte>("Cache SF Granularity", 0x0C, 10, 8, o.CacheCapable ? RWL : RO);
        CleanEviction = Map.Field<bool>("Cache Clean Eviction", 0x0C, 11, 11, o.CacheCapable ? RWL : RO);
        DirectPeerMem = Map.Field<bool>("Direct P2P Mem Enable", 0x0C, 12, 12, o.DirectPeerCapable ? RWL : RO);
        ViralEnable = Map.Field<bool>("Viral Enable", 0x0C, 14, 14, o.ViralCapable ? RWL : RO);
        ViralStatus = Map.Field<bool>("Viral Status", 0x0E, 14, 14, RW1CS);
        DisableCaching = Map.Field<bool>("Disable Caching", 0x10, 0, 0, o.CacheCapable ? RW : RO);
        InitiateWriteBack = Map.Field<bool>("Initiate Cache Write Back and Invalidation", 0x10, 1, 1, o.WriteBackCapable ? WO : RO);
        InitiateReset = Map.Field<bool>("Initiate CXL Reset", 0x10, 2, 2, o.ResetCapable ? WO : RO);
        MemoryClearEnable = Map.Field<bool>("CXL Reset Mem Clr Enable", 0x10, 3, 3, o.MemoryClearCapable ? RW : RO);
        DesiredVolatileState =
            Map.Field<bool>("Desired Volatile HDM State after Hot Reset", 0x10, 4, 4, o.HotResetStateConfigurable ? RW : RO);
        ModifiedCompletion = Map.Field<bool>("Modified Completion Enable", 0x10, 5, 5, o.ModifiedCompletionCapable ? RW : RO);
        CacheInvalid = Map.Field<bool>("Cache Invalid", 0x12, 0, 0, RO);
        ResetComplete = Map.Field<bool>("CXL Reset Complete", 0x12, 1, 1, RO);
        ResetError = Map.Field<bool>("CXL Reset Error", 0x12, 2, 2, RO);
        PreservationError = Map.Field<bool>("Volatile HDM Preservation Error", 0x12, 3, 3, RW1CS);
        PmInitComplete = Map.Field<bool>("Power Management Initialization Complete", 0x12, 15, 15, RO);
        ConfigLock = Map.Field<bool>("CONFIG_LOCK", 0x14, 0, 0, RWO);
        CacheSizeUnit = Map.Field<byte>("Cache Size Unit", 0x16, 3, 0, HwInit, resetValue: o.CacheSizeUnit);
        FallbackCapability = Map.Field<byte>("Fallback Capability", 0x16, 5, 4, HwInit);
        ModifiedCompletionCapable =
            Map.Field<bool>("Modified Completion Capable", 0x16, 6, 6, HwInit, resetValue: o.ModifiedCompletionCapable);
        NoCleanWriteback = Map.Field<bool>("No Clean Writeback", 0x16, 7, 7, HwInit, resetValue: o.NoCleanWriteback);
        CacheSize = Map.Field<byte>("Cache Size", 0x16, 15, 8, HwInit, resetValue: o.CacheSize);
        Ranges =
        [
            new DeviceRangeRegisters(Map, range: 1, offset: 0x18, there: o.HdmCount >= 1, o.Range1Size, o),
            new DeviceRangeRegisters(Map, range: 2, offset: 0x28, there: o.HdmCount >= 2, o.Range2Size, o),
        ];
        VolatileStateCold = Map.Field<bool>("Default Volatile HDM State after Cold Reset", 0x38, 0, 0, HwInit);
        VolatileStateWarm =
            Map.Field<bool>("Default Volatile HDM State after Warm Reset", 0x38, 1, 1, HwInit, resetValue: o.VolatileKeptWarm);
        VolatileStateHot = Map.Field<bool>("Default Volatile HDM State after Hot Reset", 0x38, 2, 2, HwInit, resetValue: o.VolatileKeptHot);
        HotResetStateConfigurable =
            Map.Field<bool>(
                "Volatile HDM State after Hot Reset Configurability", 0x38, 3, 3, HwInit, resetValue: o.HotResetStateConfigurable);
        DirectPeerCapable = Map.Field<bool>("Direct P2P Mem Capable", 0x38, 4, 4, HwInit, resetValue: o.DirectPeerCapable);
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>The device has a cache that CXL.cache keeps coherent.</summary>
    public Field<bool> CacheCapable { get; }

    /// <summary>CXL.io; always.</summary>
    public Field<bool> IoCapable { get; }

    /// <summary>The device has memory the host reaches by CXL.mem.</summary>
    public Field<bool> MemCapable { get; }

    /// <summary>The device brings its memory up by itself.</summary>
    public Field<bool> MemHwInit { get; }

    /// <summary>Valid range registers: 1 or 2 with memory, else 0.</summary>
    public Field<byte> HdmCount { get; }

    /// <summary>Software can ask for the cache to be written back.</summary>
    public Field<bool> WriteBackCapable { get; }

    /// <summary>Software can ask for a CXL reset.</summary>
    public Field<bool> ResetCapable { get; }

    /// <summary>0 to 4: it takes at most 10 ms, 100 ms, 1 s, 10 s or 100 s.</summary>
    public Field<byte> ResetTimeout { get; }

    /// <summary>It can clear memory.</summary>
    public Field<bool> MemoryClearCapable { get; }

    /// <summary>Trusted security protocol. Reads 0: not supported.</summary>
    public Field<bool> TspCapable { get; }

    /// <summary>The device is a multi-logical device.</summary>
    public Field<bool> MultipleLogicalDevice { get; }

    /// <summary>The device knows viral.</summary>
    public Field<bool> ViralCapable { get; }

    /// <summary>The last bit of status 2 works.</summary>
    public Field<bool> PmInitReporting { get; }

    /// <summary>The device may issue CXL.cache requests.</summary>
    public Field<bool> CacheEnable { get; }

    /// <summary>CXL.io; reads 1.</summary>
    public Field<bool> IoEnable { get; }

    /// <summary>The device answers CXL.mem requests.</summary>
    public Field<bool> MemEnable { get; }

    /// <summary>
    /// A hint how much of the cache the host's snoop filter covers: 0 says nothing, else 2 to the power of it plus 15 bytes.
    /// </summary>
    public Field<byte> SnoopFilterCoverage { get; }

    /// <summary>A hint in which granules it does.</summary>
    public Field<byte> SnoopFilterGranularity { get; }

    /// <summary>A hint that clean evictions need not be told.</summary>
    public Field<bool> CleanEviction { get; }

    /// <summary>The device may reach memory of its peers.</summary>
    public Field<bool> DirectPeerMem { get; }

    /// <summary>The device turns viral on an uncorrectable fatal error.</summary>
    public Field<bool> ViralEnable { get; }

    /// <summary>The device is or was viral.</summary>
    public Field<bool> ViralStatus { get; }

    /// <summary>The device puts no further line into its cache.</summary>
    public Field<bool> DisableCaching { get; }

    /// <summary>Asks for it.</summary>
    public Field<bool> InitiateWriteBack { get; }

    /// <summary>Asks for it.</summary>
    public Field<bool> InitiateReset { get; }

    /// <summary>A CXL reset clears memory.</summary>
    public Field<bool> MemoryClearEnable { get; }

    /// <summary>Volatile memory is to be kept over a hot reset.</summary>
    public Field<bool> DesiredVolatileState { get; }

    /// <summary>The device may complete with Cmp-M.</summary>
    public Field<bool> ModifiedCompletion { get; }

    /// <summary>The cache holds no valid line, and none comes while caching is disabled.</summary>
    public Field<bool> CacheInvalid { get; }

    /// <summary>The last CXL reset is over; clears when one starts.</summary>
    public Field<bool> ResetComplete { get; }

    /// <summary>The last CXL reset failed.</summary>
    public Field<bool> ResetError { get; }

    /// <summary>Volatile memory should have been kept over a reset and was not.</summary>
    public Field<bool> PreservationError { get; }

    /// <summary>Power management initialization is over.</summary>
    public Field<bool> PmInitComplete { get; }

    /// <summary>Every RWL field of this DVSEC ignores writes, until a conventional reset.</summary>
    public Field<bool> ConfigLock { get; }

    /// <summary>0: no size given; 1: 64 KiB; 2: 1 MiB.</summary>
    public Field<byte> CacheSizeUnit { get; }

    /// <summary>What the device falls back to on a host that lacks something. Reads 0.</summary>
    public Field<byte> FallbackCapability { get; }

    /// <summary>It can complete with Cmp-M.</summary>
    public Field<bool> ModifiedCompletionCapable { get; }

    /// <summary>It never writes clean lines back.</summary>
    public Field<bool> NoCleanWriteback { get; }

    /// <summary>In the unit.</summary>
    public Field<byte> CacheSize { get; }

    /// <summary>The two memory ranges; HDM_Count says how many of them the device has.</summary>
    public IReadOnlyList<DeviceRangeRegisters> Ranges { get; }

    /// <summary>Volatile memory is kept over a cold reset. Reads 0: it is not.</summary>
    public Field<bool> VolatileStateCold { get; }

    /// <summary>Volatile memory is kept over a warm reset.</summary>
    public Field<bool> VolatileStateWarm { get; }

    /// <summary>Volatile memory is kept over a hot reset.</summary>
    public Field<bool> VolatileStateHot { get; }

    /// <summary>Software may choose the latter in control 2.</summary>
    public Field<bool> HotResetStateConfigurable { get; }

    /// <summary>The device can reach memory of its peers.</summary>
    public Field<bool> DirectPeerCapable { get; }

    /// <summary>How far the memory is on its way up: what every range that the device has says of itself.</summary>
    public void SetMemoryReady(RegisterView view, bool infoValid, bool active)
    {
        for (int i = 0; i < Ranges.Count; i++)
        {
            bool there = i < view.Get(HdmCount);
            view.Set(Ranges[i].Valid, there && infoValid);
            view.Set(Ranges[i].Active, there && active);
        }
    }
}
