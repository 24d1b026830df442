namespace CxlTopology.Software;

/// <summary>A command line that the <c>cxl</c> tool refuses before the CXL core is asked.</summary>
/// <param name="step">The step of the tool that refuses.</param>
/// <param name="message">What it says.</param>
internal sealed class ToolException(string step, string message) : Exception(message)
{
    /// <summary>The step of the tool that refuses.</summary>
    public string Step { get; } = step;
}
