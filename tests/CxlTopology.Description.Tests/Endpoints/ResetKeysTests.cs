using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Description.Tests.Endpoints;

/// <summary>How devices behave when they are reset, and links train, as files say it.</summary>
public sealed class ResetKeysTests
{
    private const string Head = """
        version: 1
        profiles: {link: {training: 3ms}, endpoint: {reset: {function-time: 20ms}}}
        hosts:
          host0:
            bridges: {hb0: {rp0: {endpoint: gpu0, link: {training: 1s}}, rp1: gpu1, rp2: mem0}}
        endpoints:
        """;

    [Fact]
    public void Read_Reset_IsThatOfTheFileElseOfTheProfile()
    {
        TopologyModel model = Load("""
              gpu0: {type: 2, memory: 1GiB, reset: {time: 130ms, outcome: late}}
              gpu1: {type: 2, memory: 1GiB, profile: asic-gen6, reset: {outcome: error, function-time: 1ms}}
              mem0: {type: 3, memory: 1GiB}
            """).Model!;

        Assert.Equal(
            [
                new ResetOptions { Time = SimDuration.FromMilliseconds(130), Outcome = ResetOutcome.Late, FunctionTime = SimDuration.FromMilliseconds(20) },
                new ResetOptions { Outcome = ResetOutcome.Error, FunctionTime = SimDuration.FromMilliseconds(1) },
                new ResetOptions { FunctionTime = SimDuration.FromMilliseconds(20) },
            ],
            model.Endpoints.Select(e => e.Reset));
        Assert.Equal([SimDuration.FromSeconds(1), SimDuration.FromMilliseconds(3), SimDuration.FromMilliseconds(3)], model.Hosts[0].Bridges[0].Ports.Select(p => p.Link.Training));
        BuiltTopology built = TopologyBuilder.Build(model, new SimulationOptions(), boots: false);
        Assert.Equal(SimDuration.FromSeconds(1), built.Endpoints["gpu0"].Link!.Training);
    }

    [Fact]
    public void Read_OutcomeWithoutCxlReset_IsAnError()
    {
        DescriptionResult result = Load("""
              gpu0: {type: 2, memory: 1GiB, cxl: {reset: false}, reset: {time: 1ms}}
              gpu1: {type: 2, memory: 1GiB, cxl: {reset: false}, reset: {function-time: 1ms}}
              mem0: {type: 3, memory: 1GiB, reset: {outcome: never}}
            """);

        Assert.Equal([DescriptionErrorCode.CapabilityNeedsReset, DescriptionErrorCode.CapabilityNeedsReset], result.Errors.Select(e => e.Code));
    }

    private static DescriptionResult Load(string endpoints) => TopologyFile.Parse(Head + "\n" + endpoints, "reset.yaml");
}
