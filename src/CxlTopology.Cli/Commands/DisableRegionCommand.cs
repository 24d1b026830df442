using System.CommandLine;
using CxlTopology.Software;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo disable-region</c>: what <c>cxl disable-region</c> does on a host of the topology.</summary>
internal static class DisableRegionCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var runner = new RegionCommandRunner();
        var targets = new Argument<string[]>("region") { Description = "Regions: region0, 0, or all.", Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "Accepted, as cxl does; no memory of a simulated host is in use.", Arity = ArgumentArity.Zero };
        var command = new Command("disable-region", """
            Boots the topology and disables regions of it as "cxl disable-region" does: their driver is released.

            Decoders stay committed. --list shows the region, which is idle now.

            Examples:
              cxltopo disable-region topologies/quickstart.yaml region0 --list
              cxltopo disable-region topologies/linux-cxl-test.yaml all -d decoder0.1

            Exit codes: 0 done, 1 refused, 2 usage, 3 the file is wrong.
            """);
        runner.AddTo(command, targets);
        command.Add(force);
        command.SetAction(parsed => runner.Run(parsed, new RegionArguments(RegionVerb.Disable) { Force = parsed.GetValue(force), Targets = parsed.GetValue(targets) ?? [] }));
        return command;
    }
}
