using System.CommandLine;
using CxlTopology.Software;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo destroy-region</c>: what <c>cxl destroy-region</c> does on a host of the topology.</summary>
internal static class DestroyRegionCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var runner = new RegionCommandRunner();
        var targets = new Argument<string[]>("region") { Description = "Regions: region0, 0, or all.", Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "Destroy regions that are enabled as well.", Arity = ArgumentArity.Zero };
        var command = new Command("destroy-region", """
            Boots the topology and destroys regions of it as "cxl destroy-region" does.

            Their decoders are reset in the order of the CXL core, device memory and host addresses are given
            back. A region that is enabled needs --force; a device gives its memory back in the reverse of
            the order in which its decoders took it. --list shows what is left.

            Examples:
              cxltopo destroy-region topologies/quickstart.yaml region0 --force --list
              cxltopo destroy-region topologies/linux-cxl-test.yaml region3 -f

            Exit codes: 0 done, 1 refused, 2 usage, 3 the file is wrong.
            """);
        runner.AddTo(command, targets);
        command.Add(force);
        command.SetAction(parsed => runner.Run(parsed, new RegionArguments(RegionVerb.Destroy) { Force = parsed.GetValue(force), Targets = parsed.GetValue(targets) ?? [] }));
        return command;
    }
}
