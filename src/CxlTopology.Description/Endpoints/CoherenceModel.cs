namespace CxlTopology.Description;

/// <summary>Who keeps the memory of a device coherent.</summary>
public enum CoherenceModel
{
    /// <summary><c>hdm-h</c>, host only: type 3.</summary>
    HdmH,

    /// <summary><c>hdm-d</c>, by bias over CXL.cache: type 2, alone below its root port.</summary>
    HdmD,

    /// <summary><c>hdm-db</c>, by back-invalidate snoops over CXL.mem: type 2 or 3, on 256-byte flits.</summary>
    HdmDB,
}
