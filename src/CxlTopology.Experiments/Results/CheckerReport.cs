namespace CxlTopology.Experiments;

/// <summary>What one checker found.</summary>
/// <param name="Name">What it watches.</param>
/// <param name="Checked">How many things it judged.</param>
/// <param name="Violations">How many were wrong.</param>
/// <param name="First">The first of them in words; null if there is none.</param>
public sealed record CheckerReport(string Name, long Checked, long Violations, string? First)
{
    /// <summary>How many things it saw and could not judge: past the lines that it remembers, or of lines whose content nobody knows.</summary>
    public long Unjudged { get; init; }
}
