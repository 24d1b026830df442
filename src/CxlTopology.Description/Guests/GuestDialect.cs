namespace CxlTopology.Description;

/// <summary>Whose rules the passthrough of a guest's devices follows.</summary>
public enum GuestDialect
{
    /// <summary><c>rfc-v2</c>: the second RFC as it was meant. The default.</summary>
    RfcV2,

    /// <summary><c>rfc-v2-as-posted</c>: the second RFC to the letter, faults included; 256 MiB of a device, whatever it has.</summary>
    RfcV2AsPosted,

    /// <summary><c>v3</c>: what firmware has committed is passed through, nothing else (<c>CXT0906</c>).</summary>
    V3,
}
