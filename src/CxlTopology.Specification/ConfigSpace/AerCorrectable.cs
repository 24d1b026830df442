namespace CxlTopology.Specification;

/// <summary>A correctable error of Advanced Error Reporting; the value is its bit in status and mask.</summary>
public enum AerCorrectable
{
    /// <summary>Receiver Error.</summary>
    Receiver = 0,

    /// <summary>Bad TLP.</summary>
    BadTlp = 6,

    /// <summary>Bad DLLP.</summary>
    BadDllp = 7,

    /// <summary>REPLAY_NUM Rollover.</summary>
    ReplayRollover = 8,

    /// <summary>Replay Timer Timeout.</summary>
    ReplayTimeout = 12,

    /// <summary>Advisory Non-Fatal Error.</summary>
    AdvisoryNonFatal = 13,

    /// <summary>Corrected Internal Error: what corrected CXL.cache and CXL.mem errors are reported as.</summary>
    Internal = 14,

    /// <summary>Header Log Overflow.</summary>
    HeaderLogOverflow = 15,
}
