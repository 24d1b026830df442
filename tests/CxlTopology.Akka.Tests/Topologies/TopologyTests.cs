using System.Text.Json;
using CxlTopology.Akka.Tests.Kernel;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Scenarios.Tests;
using CxlTopology.Simulation;

namespace CxlTopology.Akka.Tests.Topologies;

/// <summary>Every shipped topology gives on Akka what it gives embedded: digest, number of messages, outcome, and the whole report.</summary>
public sealed class TopologyTests
{
    public static TheoryData<string> Files => [.. ShippedTopology.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_OfAShippedTopology_GivesWhatItGivesEmbedded(string name)
    {
        TopologyModel model = ShippedTopology.Shortened(name, 2_000);

        Assert.Equal(Run(model, null, null), Run(model, Hosts.New(), null));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_ThatIsCutShort_GivesWhatItGivesEmbedded(string name)
    {
        TopologyModel model = ShippedTopology.Shortened(name, 2_000);
        SimTime until = SimTime.Zero + SimDuration.FromMicroseconds(40);

        Assert.Equal(Run(model, null, until), Run(model, Hosts.New(), until));
    }

    [Fact]
    public void Run_OfTheWholeQuickstart_GivesWhatItGivesEmbedded()
    {
        TopologyModel model = ShippedTopology.Load("quickstart");

        Assert.Equal(Run(model, null, null), Run(model, Hosts.New(), null));
    }

    [Fact]
    public void Report_OfARunOnAkka_NamesTheEngine()
    {
        using Experiment experiment = Experiment.Prepare(ShippedTopology.Shortened("quickstart", 10), new ExperimentOptions { Host = Hosts.New() });
        experiment.Run();

        Assert.Equal("akka", Reports.Of(experiment).Engine);
    }

    private static (string Digest, long Events, RunOutcome Outcome, string Report) Run(TopologyModel model, AkkaHost? host, SimTime? until)
    {
        using Experiment experiment = Experiment.Prepare(model, new ExperimentOptions { Host = host, Until = until });
        RunResult result = experiment.Run();
        ExperimentReport report = Reports.Of(experiment) with { Engine = "", WallSeconds = 0 };
        return (report.Digest, result.Events, result.Outcome, JsonSerializer.Serialize(report));
    }
}
