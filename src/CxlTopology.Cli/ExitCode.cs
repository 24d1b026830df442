namespace CxlTopology.Cli;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>An expectation failed, or something compared differs.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The file is wrong.</summary>
    public const int BadFile = 3;

    /// <summary>A checker found an inconsistency.</summary>
    public const int Inconsistent = 4;

    /// <summary>No progress: requests stay without an answer, or a limit was reached.</summary>
    public const int NoProgress = 5;

    /// <summary>A fault of the program.</summary>
    public const int Internal = 70;

    /// <summary>Interrupted (SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Terminated (SIGTERM).</summary>
    public const int Terminated = 143;
}
