namespace CxlTopology.Specification;

/// <summary>A capability of the CXL.cache and CXL.mem registers (CXL 3.0 §8.2.4, table 8-22).</summary>
public enum ComponentCapabilityId : ushort
{
    /// <summary>None: the entry of the array is skipped.</summary>
    Null = 0x0,

    /// <summary>The array's own header.</summary>
    Array = 0x1,

    /// <summary>RAS.</summary>
    Ras = 0x2,

    /// <summary>Security.</summary>
    Security = 0x3,

    /// <summary>Link.</summary>
    Link = 0x4,

    /// <summary>HDM decoders.</summary>
    HdmDecoder = 0x5,

    /// <summary>Extended security.</summary>
    ExtendedSecurity = 0x6,

    /// <summary>IDE.</summary>
    Ide = 0x7,

    /// <summary>Snoop filter.</summary>
    SnoopFilter = 0x8,

    /// <summary>Timeout and isolation.</summary>
    TimeoutIsolation = 0x9,

    /// <summary>Extended registers.</summary>
    ExtendedRegisters = 0xA,

    /// <summary>BI route table.</summary>
    BiRouteTable = 0xB,

    /// <summary>BI decoder.</summary>
    BiDecoder = 0xC,

    /// <summary>Cache ID route table.</summary>
    CacheIdRouteTable = 0xD,

    /// <summary>Cache ID decoder.</summary>
    CacheIdDecoder = 0xE,

    /// <summary>Extended HDM decoders.</summary>
    ExtendedHdmDecoder = 0xF,
}
