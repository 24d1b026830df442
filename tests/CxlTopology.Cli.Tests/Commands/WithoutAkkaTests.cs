namespace CxlTopology.Cli.Tests.Commands;

public sealed class WithoutAkkaTests
{
    [Theory]
    [InlineData("--engine akka", "run", "topologies/quickstart.yaml", "--engine", "akka")]
    [InlineData("--nodes", "run", "topologies/quickstart.yaml", "--engine", "akka", "--nodes", "2")]
    [InlineData("node", "node")]
    public void Akka_InABuildWithoutIt_SaysHowToBuildIt(string what, params string[] args)
    {
        CliResult refused = Cli.Run(args).Exits(2);

        Assert.Equal($"cxltopo: {what}: this build has no Akka.NET. Build with -p:WithAkka=true where its packages can be had.\n", refused.Error);
        Assert.Empty(refused.Output);
    }

    [Theory]
    [InlineData("cxltopo: --nodes 2 needs --engine akka.", "--nodes", "2")]
    [InlineData("cxltopo: --nodes 65: 2 to 64 are possible. One node is a run without --nodes.", "--nodes", "65", "--engine", "akka")]
    [InlineData("cxltopo: --seed-node is for a run over several nodes: add --engine akka --nodes N.", "--seed-node", "127.0.0.1:1")]
    public void ClusterOptions_ThatDoNotFit_AreRefused(string message, params string[] args) =>
        Assert.Equal(message + "\n", Cli.Run(["run", "topologies/quickstart.yaml", .. args]).Exits(2).Error);
}
