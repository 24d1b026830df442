namespace CxlTopology.Specification;

/// <summary>What the host answers to a device's request.</summary>
public enum H2DResponse : byte
{
    /// <summary>Send the data; the completion comes later.</summary>
    WritePull = 0x1,

    /// <summary>The request is globally observed; the state says what the device may keep.</summary>
    Go = 0x4,

    /// <summary>Globally observed, and send the data.</summary>
    GoWritePull = 0x5,

    /// <summary>A weakly ordered write has reached memory.</summary>
    ExtCmp = 0x6,

    /// <summary>Globally observed; the data is not wanted.</summary>
    GoWritePullDrop = 0x8,

    /// <summary>Observed by the host, not yet by memory.</summary>
    FastGo = 0xC,

    /// <summary>Observed by the host; send the data. An ExtCmp follows.</summary>
    FastGoWritePull = 0xD,

    /// <summary>The request failed; send the data, which is dropped.</summary>
    GoErrWritePull = 0xF,
}
