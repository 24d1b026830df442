namespace CxlTopology.Vfio;

/// <summary>One thing in which dialects may differ: what a guest, or the user of a device, sees or can do.</summary>
/// <param name="What">What it is about.</param>
/// <param name="AsPosted">How it is in rfc-v2-as-posted.</param>
/// <param name="Rfc">How it is in rfc-v2.</param>
/// <param name="V3">How it is in v3.</param>
public sealed record DialectTrait(string What, string AsPosted, string Rfc, string V3)
{
    /// <summary>How it is in a dialect.</summary>
    public string In(VfioDialect dialect) => dialect switch
    {
        VfioDialect.RfcV2AsPosted => AsPosted,
        VfioDialect.RfcV2 => Rfc,
        _ => V3,
    };
}
