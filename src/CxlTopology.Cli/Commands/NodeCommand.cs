using System.CommandLine;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo node</c>: a node of a cluster, which runs shares of what others start.</summary>
internal static class NodeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var common = new ClusterOptionSet("With --once: how long to try to join a seed node, 30s by default. Else it tries for ever.");
        var once = new Option<bool>("--once") { Description = "End after one run." };
        // For who starts nodes as children: a parent that ends, however it does, takes them along.
        var tied = new Option<bool>("--until-input-ends") { Hidden = true };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Say nothing on standard error but warnings." };
        var command = new Command("node", """
            Serves runs as a node of a cluster, until SIGINT or SIGTERM. Needs a build with Akka.NET.

            It joins the cluster of a seed node (or makes one), waits until a 'cxltopo run --nodes' takes it,
            gets the topology from there, runs its share, and waits again. It reads no file that a run names.

            Examples:
              cxltopo node --listen 127.0.0.1:4711
              cxltopo node --seed-node 127.0.0.1:4711
              cxltopo run topologies/quickstart.yaml --engine akka --nodes 3 --seed-node 127.0.0.1:4711

            Exit codes: 0 told to end, or one run served (--once), 2 usage, 5 no run came (--once), 70 internal.
            """)
        {
            once, quiet, tied,
        };
        common.AddTo(command);
        command.SetAction(parsed => AkkaRun.Serve(common.Read(parsed), parsed.GetValue(once), parsed.GetValue(tied), parsed.GetValue(quiet)));
        return command;
    }
}
