using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Times as topology files and command lines write them.</summary>
public static class Durations
{
    /// <summary>Reads <c>25ns</c>, <c>1.5us</c>, <c>10ms</c>: exact, with a unit; false for anything else.</summary>
    public static bool TryParse(string text, out SimDuration duration)
    {
        Parsed<SimDuration> parsed = QuantityParser.Duration(text);
        duration = parsed.Value;
        return parsed.Problem is null;
    }
}
