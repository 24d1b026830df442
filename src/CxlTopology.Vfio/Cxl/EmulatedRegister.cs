namespace CxlTopology.Vfio;

/// <summary>A register that a guest does not reach itself: what it reads and what its writes do, by dialect.</summary>
/// <param name="Name">Its name in the specification.</param>
/// <param name="Offset">Where it is, from the start of its block.</param>
/// <param name="Length">Bytes: 2 or 4.</param>
/// <param name="AsPosted">Its rule in dialect rfc-v2-as-posted; null if it is not emulated there.</param>
/// <param name="Rfc">Its rule in rfc-v2.</param>
/// <param name="V3">Its rule in v3.</param>
public sealed record EmulatedRegister(string Name, int Offset, int Length, RegisterRule? AsPosted, RegisterRule? Rfc, RegisterRule? V3)
{
    /// <summary>The rule of a dialect; null if the register is not emulated in it.</summary>
    public RegisterRule? In(VfioDialect dialect) => dialect switch
    {
        VfioDialect.RfcV2AsPosted => AsPosted,
        VfioDialect.RfcV2 => Rfc,
        _ => V3,
    };
}
