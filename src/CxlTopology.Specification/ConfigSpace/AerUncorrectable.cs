namespace CxlTopology.Specification;

/// <summary>An uncorrectable error of Advanced Error Reporting; the value is its bit in status, mask and severity.</summary>
public enum AerUncorrectable
{
    /// <summary>Data Link Protocol Error.</summary>
    DataLinkProtocol = 4,

    /// <summary>Surprise Down Error: the link went away.</summary>
    SurpriseDown = 5,

    /// <summary>Poisoned TLP Received.</summary>
    PoisonedTlp = 12,

    /// <summary>Flow Control Protocol Error.</summary>
    FlowControl = 13,

    /// <summary>Completion Timeout.</summary>
    CompletionTimeout = 14,

    /// <summary>Completer Abort.</summary>
    CompleterAbort = 15,

    /// <summary>Unexpected Completion.</summary>
    UnexpectedCompletion = 16,

    /// <summary>Receiver Overflow.</summary>
    ReceiverOverflow = 17,

    /// <summary>Malformed TLP.</summary>
    MalformedTlp = 18,

    /// <summary>ECRC Error.</summary>
    Ecrc = 19,

    /// <summary>Unsupported Request Error.</summary>
    UnsupportedRequest = 20,

    /// <summary>ACS Violation.</summary>
    AcsViolation = 21,

    /// <summary>Uncorrectable Internal Error: what CXL.cache and CXL.mem errors are reported as.</summary>
    Internal = 22,
}
