namespace CxlTopology.Cli.Tests.Dump;

public sealed class DumpCommandTests
{
    private const string Accelerator = "topologies/type2-accelerator.yaml";
    private const string Hosts = "topologies/several-hosts.yaml";

    private static CliResult Dump(params string[] args) => Cli.Run(["dump", .. args]);

    private static string[] Functions(CliResult result) =>
        [.. result.Exits(0).OutputLines.Where(line => line.Length > 4 && line[4] == ':' && line[10] == '.').Select(line => line[..12] + " " + line.Split(' ')[^1])];

    [Fact]
    public void Lspci_Text_HasAllBytesOfEveryFunction()
    {
        string[] lines = Dump("lspci", Accelerator).Exits(0).OutputLines;

        Assert.Equal(8, lines.Count(line => line.StartsWith("0000:", StringComparison.Ordinal)));
        Assert.Equal(8 * 256, lines.Count(line => line.Split(' ') is { Length: 17 } words && words[0].EndsWith(':')));
        Assert.Equal(8, lines.Count(line => line.StartsWith("ff0: ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Lspci_EverythingOfAHost_IsInTheOrderOfTheBuses() => Assert.Equal(
        [
            "0000:0c:00.0 host0/hb0/rp0", "0000:0d:00.0 host0/hb0/rp0/gpu0", "0000:de:00.0 host0/hb1/rp0", "0000:df:00.0 host0/hb1/rp0/sw0/usp",
            "0000:e0:00.0 host0/hb1/rp0/sw0/dsp0", "0000:e0:01.0 host0/hb1/rp0/sw0/dsp1", "0000:e1:00.0 host0/hb1/rp0/sw0/dsp0/gpu1", "0000:e2:00.0 host0/hb1/rp0/sw0/dsp1/mem0",
        ],
        Functions(Dump("lspci", Accelerator)));

    [Theory]
    [InlineData("gpu1", "0000:e1:00.0 host0/hb1/rp0/sw0/dsp0/gpu1")]
    [InlineData("host0/hb0/rp0", "0000:0c:00.0 host0/hb0/rp0")]
    [InlineData("dsp1", "0000:e0:01.0 host0/hb1/rp0/sw0/dsp1")]
    public void Lspci_Component_IsItsFunctionAlone(string component, string expected) =>
        Assert.Equal([expected], Functions(Dump("lspci", Accelerator, "--component", component)));

    [Fact]
    public void Lspci_Switch_IsItsUpstreamAndDownstreamPorts() => Assert.Equal(
        ["0000:df:00.0 host0/hb1/rp0/sw0/usp", "0000:e0:00.0 host0/hb1/rp0/sw0/dsp0", "0000:e0:01.0 host0/hb1/rp0/sw0/dsp1"],
        Functions(Dump("lspci", Accelerator, "--component", "sw0")));

    [Fact]
    public void Lspci_HostBridge_IsItsRootPorts() =>
        Assert.Equal(["0000:de:00.0 host0/hb1/rp0"], Functions(Dump("lspci", Accelerator, "--component", "hb1")));

    [Theory]
    [InlineData("lspci")]
    [InlineData("cdat")]
    public void Dump_ComponentThatIsNotThere_IsAUsageError(string what)
    {
        CliResult result = Dump(what, Accelerator, "--component", "gpu9").Exits(2);

        Assert.Contains("gpu9", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Cdat_WithoutComponent_SaysWhichThereAre() =>
        Assert.Contains("gpu0, sw0, gpu1, mem0", Dump("cdat", Accelerator).Exits(2).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("lspci")]
    [InlineData("cedt")]
    public void Dump_SeveralHosts_AsksWhich(string what) => Assert.Contains("--on", Dump(what, Hosts).Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public void Dump_HostThatIsNotThere_IsAUsageError() => Assert.Contains("host7", Dump("cedt", Accelerator, "--on", "host7").Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public void Dump_On_IsThatHost() => Assert.All(
        Functions(Dump("lspci", Hosts, "--on", "host1")), function => Assert.StartsWith("host1/", function[13..], StringComparison.Ordinal));

    [Fact]
    public void Dump_WordThatIsNoTable_IsAUsageError() => Dump("dsdt", Accelerator).Exits(2);

    [Theory]
    [InlineData("lspci")]
    [InlineData("cedt")]
    public void Dump_WrongFile_Exits3(string what) => Dump(what, "tests/CxlTopology.Description.Tests/bad/bar-size.yaml").Exits(3);

    [Fact]
    public void Dump_Out_WritesThereAndSaysNothing()
    {
        using var folder = new TestFolder();
        string path = Path.Combine(folder.Path, "cedt.dat");

        CliResult result = Dump("cedt", Accelerator, "--out", path).Exits(0);

        Assert.Equal("", result.Output);
        byte[] table = File.ReadAllBytes(path);
        Assert.Equal("CEDT", System.Text.Encoding.ASCII.GetString(table, 0, 4));
        Assert.Equal(table.Length, BitConverter.ToInt32(table, 4));
    }

    [Fact]
    public void Dump_OutThatCannotBeWritten_IsAUsageError() =>
        Assert.Contains("--out", Dump("cedt", Accelerator, "--out", "/proc/nowhere/cedt.dat").Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public void EventCollector_IsInCedtAndInTheDump()
    {
        const string Text = """
            version: 1
            hosts:
              host0:
                bridges:
                  hb0: {segment: 2, bus: 0x10, event-collector: true, ports: {rp0: mem0}}
                  hb1: {rp0: mem1}
            endpoints:
              mem0: {type: 3, memory: 1GiB}
              mem1: {type: 3, memory: 1GiB}
            """;
        using var folder = new TestFolder();
        string file = Path.Combine(folder.Path, "collector.yaml");
        string path = Path.Combine(folder.Path, "cedt.dat");
        File.WriteAllText(file, Text);
        Dump("cedt", file, "--out", path).Exits(0);
        byte[] table = File.ReadAllBytes(path);
        byte[] record = table[^20..]; // the records of event collectors are the last

        Assert.Equal((3, 20), (record[0], BitConverter.ToUInt16(record, 2)));
        Assert.Equal((2, 0x1008), (BitConverter.ToUInt16(record, 4), BitConverter.ToUInt16(record, 6)));
        Assert.Equal((BitConverter.ToUInt64(table, 36 + 16), 1), (BitConverter.ToUInt64(record, 8), record[16])); // the base of the first CHBS; CXL.cache and CXL.mem
        Assert.Contains("0002:10:01.0 host0/hb0", Functions(Dump("lspci", file)));
    }
}
