using CxlTopology.Software;

namespace CxlTopology.Experiments;

/// <summary>Why a guest, or a part of it, does not run.</summary>
/// <param name="Errno">The number that the call failed with.</param>
/// <param name="Reason">Why: a sentence.</param>
/// <param name="Advice">What to do about it: a sentence.</param>
public sealed record GuestProblem(Errno Errno, string Reason, string Advice)
{
    /// <summary><c>ENOTTY: why.</c></summary>
    public override string ToString() => $"{Errno}: {Reason}";
}
