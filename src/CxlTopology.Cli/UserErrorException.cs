namespace CxlTopology.Cli;

/// <summary>Something that the user can put right; its message is what they read.</summary>
internal sealed class UserErrorException(int exitCode, string message) : Exception(message)
{
    /// <summary>The exit code.</summary>
    public int ExitCode { get; } = exitCode;
}
