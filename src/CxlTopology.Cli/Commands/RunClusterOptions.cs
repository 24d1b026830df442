using System.CommandLine;

namespace CxlTopology.Cli.Commands;

/// <summary>The options of <c>cxltopo run</c> that spread a run over the nodes of a cluster.</summary>
internal sealed class RunClusterOptions
{
    private const int NodesMax = 64;

    private readonly Option<int?> nodes = new("--nodes")
    {
        HelpName = "N",
        Description = "With --engine akka: run on N nodes of a cluster, 2 to 64, this process among them. See cxltopo node.",
    };

    private readonly Option<bool> spawn = new("--spawn") { Description = "Start the other nodes on this machine." };

    private readonly Option<string> onLoss = new("--on-node-loss")
    {
        Description = "partial: end with what this process knows. restart: start again from the seed, with another node or fewer.",
        DefaultValueFactory = _ => "partial",
    };

    private readonly ClusterOptionSet common = new("How long to wait for the other nodes: 30s by default.");

    public RunClusterOptions()
    {
        onLoss.AcceptOnlyFromAmong("partial", "restart");
    }

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        command.Add(nodes);
        command.Add(spawn);
        command.Add(onLoss);
        common.AddTo(command);
    }

    /// <summary>Reads them; null for a run without a cluster.</summary>
    public ClusterRequest? Read(ParseResult parsed, string engine)
    {
        if (parsed.GetValue(nodes) is not { } count)
        {
            string? alone = common.FirstGiven(parsed) ?? (parsed.GetValue(spawn) ? "--spawn" : parsed.GetResult(onLoss) is { Implicit: false } ? "--on-node-loss" : null);
            return alone is null ? null : throw new UserErrorException(ExitCode.Usage, $"cxltopo: {alone} is for a run over several nodes: add --engine akka --nodes N.");
        }

        if (engine != "akka")
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --nodes {count} needs --engine akka.");
        if (count is < 2 or > NodesMax)
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --nodes {count}: 2 to {NodesMax} are possible. One node is a run without --nodes.");
        return common.Read(parsed) with { Nodes = count, Spawn = parsed.GetValue(spawn), Restart = parsed.GetValue(onLoss) == "restart" };
    }
}
