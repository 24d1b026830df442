using CxlTopology.Description;

namespace CxlTopology.Experiments.Tests.Dumping;

/// <summary>The CEDT of a file, read by the layouts of ACPI: 36 bytes of header, CHBS (0), CFMWS (1) and CXIMS (2).</summary>
public sealed class CedtDumpTests
{
    private const string Yaml = """
        version: 1
        name: tables
        hosts:
          host0:
            memory: 16GiB
            windows:
              - {base: 0x10_0000_0000, size: 4GiB, targets: [hb1], granularity: 4KiB, allow: [type2, volatile]}
              - {base: 0x20_0000_0000, size: 8GiB, targets: [hb1, hb0], granularity: 512B, arithmetic: xor, xormaps: [0x2020200], allow: [type3, persistent, fixed], qtg: 3}
            bridges:
              hb0: {uid: 7, ports: {rp0: mem0}}
              hb1: {uid: 300, ports: {rp0: mem1, rp1: gpu0}}
          host1:
            bridges: {hb0: {rp0: mem2}}
        endpoints:
          mem0: {type: 3, memory: 1GiB, persistent: 4GiB}
          mem1: {type: 3, memory: 1GiB, persistent: 4GiB}
          mem2: {type: 3, memory: 1GiB}
          gpu0: {type: 2, memory: 4GiB}
        """;

    private const int Header = 36;
    private static readonly TopologyModel model = Load();
    private static readonly Lazy<Table> table = new(() => new Table(Dump.CedtOf(model, model.Hosts[0])));

    private static Table Cedt => table.Value;

    private static IReadOnlyList<Table> Of(int type) => [.. Cedt.Records(Header).Where(record => record.Byte(0) == type)];

    private static TopologyModel Load()
    {
        DescriptionResult result = TopologyFile.Parse(Yaml, "tables.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!;
    }

    [Fact]
    public void Cedt_Header_IsThatOfAnAcpiTable()
    {
        Assert.Equal(("CEDT", (uint)Cedt.Length, (byte)1), (Cedt.Text(0, 4), Cedt.Dword(4), Cedt.Byte(8)));
        Assert.Equal((byte)0, Cedt.Sum());
    }

    [Fact]
    public void Cedt_Records_AreBridgesWindowsAndMaps() =>
        Assert.Equal([0, 0, 1, 1, 2], Cedt.Records(Header).Select(record => (int)record.Byte(0)).Order());

    [Fact]
    public void Chbs_Bridges_HaveTheFilesUidsAndBlocksOfTheirOwn()
    {
        Assert.Equal([7u, 300u], Of(0).Select(chbs => chbs.Dword(4)));
        Assert.All(Of(0), chbs => Assert.Equal((32, 1u, 0u, 0x10000UL), (chbs.Length, chbs.Dword(8), chbs.Dword(12), chbs.Qword(24))));
        ulong[] bases = [.. Of(0).Select(chbs => chbs.Qword(16))];
        Assert.All(bases, at => Assert.Equal(0UL, at % 0x10000));
        Assert.True(bases[1] >= bases[0] + 0x10000 && bases[0] >= 0x22_0000_0000);
    }

    [Fact]
    public void Cfmws_OneTarget_HasWhatTheFileSays()
    {
        Table window = Of(1)[0];

        Assert.Equal((40, 0x10_0000_0000UL, 4UL << 30), (window.Length, window.Qword(8), window.Qword(16)));
        Assert.Equal((0, 0, 4u), (window.Byte(24), window.Byte(25), window.Dword(28))); // 1 way, modulo, 4 KiB = 256 << 4
        Assert.Equal((0b101, 0, 300u), (window.Word(32), window.Word(34), window.Dword(36))); // type 2, volatile
    }

    [Fact]
    public void Cfmws_Xor_HasWhatTheFileSays()
    {
        Table window = Of(1)[1];

        Assert.Equal((44, 0x20_0000_0000UL, 8UL << 30), (window.Length, window.Qword(8), window.Qword(16)));
        Assert.Equal((1, 1, 1u), (window.Byte(24), window.Byte(25), window.Dword(28))); // 2 ways, XOR, 512 B = 256 << 1
        Assert.Equal((0b11010, 3), (window.Word(32), window.Word(34))); // type 3, persistent, fixed
        Assert.Equal((300u, 7u), (window.Dword(36), window.Dword(40)));
    }

    [Fact]
    public void Cxims_Map_IsThatOfTheWindow()
    {
        Table maps = Assert.Single(Of(2));

        Assert.Equal((16, 1, 1, 0x2020200UL), (maps.Length, maps.Byte(6), maps.Byte(7), maps.Qword(8)));
    }

    [Fact]
    public void Cedt_OtherHost_IsAnotherTable()
    {
        var other = new Table(Dump.CedtOf(model, model.Hosts[1]));

        Assert.Equal((Header + 32, (byte)0, 0u), (other.Length, other.Sum(), other.Records(Header)[0].Dword(4)));
    }
}
