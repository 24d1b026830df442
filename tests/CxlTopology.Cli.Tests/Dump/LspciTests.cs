namespace CxlTopology.Cli.Tests.Dump;

/// <summary>The dump of <c>topologies/type2-accelerator.yaml</c> as lspci reads it; the figures are those of the file.</summary>
public sealed class LspciTests
{
    private const string RootPort0 = "0000:0c:00.0";
    private const string Gpu0 = "0000:0d:00.0";
    private const string RootPort1 = "0000:de:00.0";
    private const string Upstream = "0000:df:00.0";
    private const string Downstream0 = "0000:e0:00.0";
    private const string Downstream1 = "0000:e0:01.0";
    private const string Gpu1 = "0000:e1:00.0";
    private const string Mem0 = "0000:e2:00.0";

    // What lspci 3.9 prints in every dump of such hardware: of the upper half of a 64-bit BAR above 4 GiB, which it takes for a BAR of its own,
    // and of indicators that a slot does not have.
    private static readonly string[] harmless = ["Memory at <unassigned> (32-bit, non-prefetchable)", "Control: AttnInd Unknown, PwrInd Unknown, Power- Interlock-"];

    private static readonly Lazy<(CliResult Result, IReadOnlyList<LspciFunction> Functions)> read = new(Read);

    private static IReadOnlyList<LspciFunction> Functions => read.Value.Functions;

    private static LspciFunction At(string address) => Functions.Single(function => function.Address == address);

    private static (CliResult, IReadOnlyList<LspciFunction>) Read()
    {
        using var folder = new TestFolder();
        string dump = Path.Combine(folder.Path, "machine.txt");
        Cli.Run("dump", "lspci", "topologies/type2-accelerator.yaml", "--out", dump).Exits(0);
        CliResult result = Lspci.Run(dump, "-D -nn -vvv -xxxx").Exits(0);
        return (result, LspciFunction.Parse(result.Output));
    }

    [LspciFact]
    public void Lspci_Dump_HasEveryFunctionWhereTheFilePutsIt() => Assert.Equal(
        [RootPort0, Gpu0, RootPort1, Upstream, Downstream0, Downstream1, Gpu1, Mem0], Functions.Select(function => function.Address));

    [LspciFact]
    public void Lspci_Dump_HasNothingItCannotRead()
    {
        string[] odd = [.. read.Value.Result.OutputLines
            .Where(line => !harmless.Any(known => line.EndsWith(known, StringComparison.Ordinal)))
            .Where(line => new[] { "denied", "unknown", "invalid", "broken", "ignored", "unassigned", "<?>", "!!!", "chain looping", "virtual", "type 3)" }
                .Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)))];

        Assert.Empty(odd);
        Assert.DoesNotContain("dump:", read.Value.Result.Error, StringComparison.Ordinal);
    }

    [LspciFact]
    public void Lspci_UnassignedRegions_AreTheUpperHalvesOfWideOnes()
    {
        foreach (LspciFunction function in Functions)
        {
            string[] unassigned = [.. function.Lines.Where(line => line.EndsWith(harmless[0], StringComparison.Ordinal)).Select(line => line.Trim()[..8])];

            Assert.Equal(function.Regions.Select(region => $"Region {region.Bar + 1}"), unassigned);
            Assert.All(function.Regions, region => Assert.Equal((uint)(region.Address >> 32), function.Dword(0x14 + 4 * region.Bar)));
        }
    }

    [LspciFact]
    public void Lspci_EveryFunction_HasItsDvsecsDecoded()
    {
        var expected = new Dictionary<string, int[]>
        {
            [RootPort0] = [3, 4, 7, 8],
            [RootPort1] = [3, 4, 7, 8],
            [Upstream] = [7, 8],
            [Downstream0] = [3, 4, 7, 8],
            [Downstream1] = [3, 4, 7, 8],
            [Gpu0] = [0, 5, 7, 8],
            [Gpu1] = [0, 5, 7, 8],
            [Mem0] = [0, 5, 7, 8],
        };
        foreach (LspciFunction function in Functions)
        {
            Assert.Equal(expected[function.Address], function.Dvsecs.Keys.Order());
            Assert.All(function.Dvsecs.Values, dvsec => Assert.NotEmpty(dvsec.Decoded));
        }
    }

    [LspciFact]
    public void Lspci_Identity_IsThatOfTheFile()
    {
        Assert.Equal("0000:0d:00.0 Processing accelerators [1200]: Device [1e98:0d20] (rev a1)", At(Gpu0).Lines[0]);
        Assert.Equal("0000:e1:00.0 3D controller [0302]: Device [1e98:0d21] (rev 02) (prog-if 00 [VGA controller])".Split(" (prog")[0], At(Gpu1).Lines[0].Split(" (prog")[0]);
        Assert.Equal("0000:e2:00.0 CXL [0502]: Device [1e98:0004] (rev 01) (prog-if 10 [CXL Memory Device (CXL 2.x)])", At(Mem0).Lines[0]);
        Assert.All(new[] { Gpu0, Gpu1, Mem0 }, address => Assert.Equal("Subsystem: Device [1e98:0100]", At(address).Line("Subsystem")));
        Assert.All(new[] { RootPort0, RootPort1, Upstream, Downstream0, Downstream1 }, address => Assert.Contains("PCI bridge [0604]: Device [1e98:000", At(address).Lines[0], StringComparison.Ordinal));
    }

    [LspciFact]
    public void Lspci_SerialNumbers_AreThoseOfTheFile()
    {
        Assert.EndsWith("Device Serial Number 1e-98-00-00-00-00-00-a0", At(Gpu0).Lines.Single(IsSerial), StringComparison.Ordinal);
        Assert.EndsWith("Device Serial Number 1e-98-00-00-00-00-00-a1", At(Gpu1).Lines.Single(IsSerial), StringComparison.Ordinal);
        Assert.EndsWith("Device Serial Number 1e-98-00-00-00-00-00-10", At(Mem0).Lines.Single(IsSerial), StringComparison.Ordinal);

        static bool IsSerial(string line) => line.Contains("Device Serial Number", StringComparison.Ordinal);
    }

    [LspciFact]
    public void Lspci_CapabilityRegister_IsThatOfTheFile()
    {
        // Cache, IO, Mem, ranges, write-back, reset, its timeout in bits 10:8, memory clear, viral: the words of the file's comments.
        Assert.Equal((0x09D7, 0x4AD7, 0x01AE), (Capability(Gpu0), Capability(Gpu1), Capability(Mem0)));
        Assert.Equal("CXLCap:\tCache+ IO+ Mem+ Mem HW Init- HDMCount 1 Viral-", At(Gpu0).Line("CXLCap"));
        Assert.Equal("CXLCap:\tCache+ IO+ Mem+ Mem HW Init- HDMCount 1 Viral+", At(Gpu1).Line("CXLCap"));
        Assert.Equal("CXLCap:\tCache- IO+ Mem+ Mem HW Init+ HDMCount 2 Viral-", At(Mem0).Line("CXLCap"));

        static int Capability(string address) => At(address).Word(At(address).Dvsecs[0].Offset + 0x0A);
    }

    [LspciFact]
    public void Lspci_RangesAndCache_AreThoseOfTheFile()
    {
        Assert.Equal("Range1: 0000000000000000-00000001ffffffff", At(Gpu0).Line("Range1"));
        Assert.Equal("Range1: 0000000000000000-00000000ffffffff", At(Gpu1).Line("Range1"));
        Assert.Equal("Range1: 0000000000000000-000000007fffffff", At(Mem0).Line("Range1"));
        Assert.Equal("Range2: 0000000000000000-000000007fffffff", At(Mem0).Line("Range2"));
        Assert.Equal("Cache Size: 00400000", At(Gpu0).Line("Cache Size"));
        Assert.Equal("Cache Size: 02000000", At(Gpu1).Line("Cache Size"));
        Assert.Equal("Cache Size Not Reported", At(Mem0).Line("Cache Size"));
        Assert.Equal("Valid+ Active+ Type=CDAT Class=CDAT interleave=0 timeout=4s", At(Gpu0).Line("Valid+"));
        Assert.Equal(2, At(Mem0).Lines.Count(line => line.Trim() == "Valid+ Active+ Type=CDAT Class=CDAT interleave=0 timeout=1s"));
    }

    [LspciFact]
    public void Lspci_Firmware_HasSwitchedOnWhatTheRegionsNeed()
    {
        Assert.StartsWith("CXLCtl:\tCache+ IO+ Mem+", At(Gpu0).Line("CXLCtl"), StringComparison.Ordinal);
        Assert.StartsWith("CXLCtl:\tCache- IO+ Mem+", At(Mem0).Line("CXLCtl"), StringComparison.Ordinal);
        Assert.All(Functions, function => Assert.StartsWith("Control: I/O- Mem+ BusMaster+", function.Line("Control: I/O"), StringComparison.Ordinal));
    }

    [LspciFact]
    public void Lspci_Links_HaveTheFilesRateAndWidth()
    {
        var expected = new Dictionary<string, string>
        {
            [RootPort0] = "32GT/s, Width x16",
            [Gpu0] = "32GT/s, Width x16",
            [RootPort1] = "64GT/s, Width x16",
            [Upstream] = "64GT/s, Width x16",
            [Downstream0] = "64GT/s, Width x8",
            [Gpu1] = "64GT/s, Width x8",
            [Downstream1] = "64GT/s, Width x16",
            [Mem0] = "64GT/s, Width x16",
        };
        foreach (LspciFunction function in Functions)
        {
            Assert.StartsWith($"LnkSta:\tSpeed {expected[function.Address]}", function.Line("LnkSta:"), StringComparison.Ordinal);
            Assert.Contains($"Speed {expected[function.Address]}", function.Line("LnkCap:"), StringComparison.Ordinal);
        }
    }

    [LspciFact]
    public void Lspci_PortNumbers_AreThoseThatTargetListsName() => Assert.Equal(
        ["LnkCap:\tPort #0", "LnkCap:\tPort #0", "LnkCap:\tPort #1"],
        new[] { RootPort1, Downstream0, Downstream1 }.Select(address => At(address).Line("LnkCap:").Split(',')[0]));

    [LspciFact]
    public void Lspci_Buses_FollowTheTree() => Assert.Equal(
        [
            "Bus: primary=0c, secondary=0d, subordinate=0d, sec-latency=0", "Bus: primary=de, secondary=df, subordinate=e2, sec-latency=0",
            "Bus: primary=df, secondary=e0, subordinate=e2, sec-latency=0", "Bus: primary=e0, secondary=e1, subordinate=e1, sec-latency=0",
            "Bus: primary=e0, secondary=e2, subordinate=e2, sec-latency=0",
        ],
        new[] { RootPort0, RootPort1, Upstream, Downstream0, Downstream1 }.Select(address => At(address).Line("Bus:")));

    [LspciFact]
    public void Lspci_Bars_AreThoseOfTheFileAlignedToTheirSizes()
    {
        Assert.Equal([0, 2, 4], At(Gpu0).Regions.Select(region => region.Bar));
        Assert.Equal([0], At(Gpu1).Regions.Select(region => region.Bar));
        Assert.Equal([0, 2, 4], At(Mem0).Regions.Select(region => region.Bar));
        Assert.Equal(0UL, At(Gpu0).Regions[1].Address % (256 << 20));
        Assert.All(Functions, function => Assert.Equal(0UL, function.Regions[0].Address % (64 << 10)));
        Assert.Contains("MSI-X: Enable- Count=64 Masked-", string.Join('\n', At(Gpu0).Lines), StringComparison.Ordinal);
        Assert.DoesNotContain("MSI-X", string.Join('\n', At(Gpu1).Lines), StringComparison.Ordinal);
        Assert.Contains("MSI-X: Enable- Count=16 Masked-", string.Join('\n', At(Mem0).Lines), StringComparison.Ordinal);
    }

    [LspciFact]
    public void Lspci_Bars_LieInTheWindowOfThePortAbove()
    {
        foreach ((string port, string below) in new[] { (RootPort0, Gpu0), (RootPort1, Upstream), (Upstream, Downstream0), (Downstream0, Gpu1), (Downstream1, Mem0), (RootPort1, Mem0) })
        {
            string window = At(port).Line("Prefetchable memory behind bridge:").Split(' ')[4];
            ulong first = Convert.ToUInt64(window.Split('-')[0], 16);
            ulong last = Convert.ToUInt64(window.Split('-')[1], 16);
            Assert.All(At(below).Regions, region => Assert.InRange(region.Address, first, last));
        }
    }

    [LspciFact]
    public void Lspci_RegisterBlocks_AreLocatedInTheBars()
    {
        Assert.Equal(["Block1: BIR: bar0, ID: component registers, offset: 0000000000000000"], At(Gpu0).Dvsecs[8].Decoded);
        Assert.Equal(
            ["Block1: BIR: bar0, ID: component registers, offset: 0000000000000000", "Block2: BIR: bar2, ID: CXL device registers, offset: 0000000000000000"],
            At(Mem0).Dvsecs[8].Decoded);
    }
}
