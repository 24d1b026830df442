using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace CxlTopology.Cli.Output;

/// <summary>Prints the version of the program and of the runtime under it.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary><c>cxltopo 0.1.0 (.NET 10.0.12)</c>.</summary>
    public static string Text
    {
        get
        {
            string version = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
            return $"cxltopo {version.Split('+')[0]} (.NET {Environment.Version})";
        }
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Text);
        return ExitCode.Done;
    }
}
