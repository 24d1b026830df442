using CxlTopology.Description;
using CxlTopology.Simulation;
using CxlTopology.Software;

namespace CxlTopology.Scenarios.Tests.Enumeration;

public sealed class QuickstartTests
{
    [Fact]
    public void Boot_OfQuickstart_NamesPortsInLinuxOrder()
    {
        CxlCore core = Boot("quickstart");

        Assert.Equal(
            ["port1 pci0000:00", "port2 pci0000:05", "port3 0000:01:00.0", "endpoint4 mem0", "endpoint5 mem1", "port6 0000:06:00.0", "endpoint7 mem2", "endpoint8 mem3"],
            core.Ports.Select(p => $"{p.Name} {p.Host}"));
        Assert.Equal(["pci0000:00", "pci0000:05"], core.Root!.Dports.Select(d => d.Name));
        Assert.Equal(["ACPI0016:00", "ACPI0016:01"], core.Root.Dports.Select(d => d.FirmwareNode));
        Assert.Equal(["0000:03:00.0", "0000:04:00.0", "0000:08:00.0", "0000:09:00.0"], core.Memdevs.Select(m => m.Function.Bdf.ToString()));
        Assert.All(core.Ports, p => Assert.True(p.Enabled));
        Assert.All(core.Ports, p => Assert.Equal(p.Kind == CxlPortKind.HostBridge ? 1 : 4, p.Decoders.Count));
    }

    private static CxlCore Boot(string name)
    {
        DescriptionResult read = TopologyFile.Load(Path.Combine(Repository.Topologies, name + ".yaml"));
        BuiltTopology built = TopologyBuilder.Build(read.Model!, new SimulationOptions());
        RunResult result = built.Simulation.Run();
        Assert.Equal([], result.Failures.Select(f => f.ToString()));
        return built.Programs["host0"].Core!;
    }
}
