using CxlTopology.Description;

namespace CxlTopology.Experiments.Tests.Dumping;

/// <summary>CDATs as they come over the data object exchange of a booted topology, read by the layouts of the CDAT specification.</summary>
public sealed class CdatDumpTests
{
    private const string Yaml = """
        version: 1
        name: tables
        profiles: {link: {rate: 64GT/s, width: x16, flit: 256B, port-latency: 20ns}}
        hosts:
          host0:
            bridges:
              hb0:
                rp0: {switch: sw0, latency: 33ns, port-latency: 21ns, ports: {dsp0: {endpoint: gpu0, link: {width: x4}}, dsp1: {number: 9, endpoint: mem0, link: {rate: 32GT/s}}, dsp2: }}
          host1: {bridges: {hb0: {rp0: mem1}}}
        endpoints:
          gpu0: {type: 2, memory: 4GiB, port-latency: 30ns, controller: 50ns, media: {latency: 60ns, bandwidth: 20GB/s}}
          mem0: {type: 3, memory: 1GiB, persistent: 2GiB, port-latency: 25ns, controller: 40ns, media: {latency: 45ns, bandwidth: 56.4GB/s}}
          mem1: {type: 3, persistent: 1GiB}
        """;

    private const int Header = 16;
    private const int ReadLatency = 1;
    private const int WriteLatency = 2;
    private const int ReadBandwidth = 4;
    private const int WriteBandwidth = 5;
    private static readonly TopologyModel model = Load();

    private static TopologyModel Load()
    {
        DescriptionResult result = TopologyFile.Parse(Yaml, "tables.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!;
    }

    private static Table Cdat(string component, int host = 0)
    {
        byte[]? bytes = Dump.CdatOf(model, model.Hosts[host], component);
        Assert.NotNull(bytes);
        return new Table(bytes);
    }

    private static IReadOnlyList<Table> Of(Table cdat, int type) => [.. cdat.Records(Header).Where(record => record.Byte(0) == type)];

    /// <summary>The figures (DSLBIS) of a range by data type: picoseconds and MB/s.</summary>
    private static Dictionary<int, ulong> Figures(Table cdat, int handle)
    {
        Table[] own = [.. Of(cdat, 1).Where(record => record.Byte(4) == handle)];
        Assert.All(own, record => Assert.Equal((24, 0), (record.Length, record.Byte(5)))); // memory, not a cache of it
        return own.ToDictionary(record => (int)record.Byte(6), record => record.Qword(8) * record.Word(16));
    }

    [Theory]
    [InlineData("gpu0", 0)]
    [InlineData("mem0", 0)]
    [InlineData("sw0", 0)]
    [InlineData("mem1", 1)]
    public void Cdat_EveryComponent_IsWhole(string component, int host)
    {
        Table cdat = Cdat(component, host);

        Assert.Equal(((uint)cdat.Length, (byte)0), (cdat.Dword(0), cdat.Sum()));
        Assert.Contains(cdat.Byte(4), new byte[] { 1, 2 });
    }

    [Fact]
    public void Cdat_Type2_HasOneRangeWithTheFilesFigures()
    {
        Table cdat = Cdat("gpu0");
        Table range = Assert.Single(Of(cdat, 0));

        Assert.Equal((24, 0UL, 4UL << 30), (range.Length, range.Qword(8), range.Qword(16)));
        // 30 ns port + 2 ns decoder + 50 ns controller + 60 ns memory.
        Dictionary<int, ulong> figures = Figures(cdat, range.Byte(4));
        Assert.Equal((142_000UL, 142_000UL), (figures[ReadLatency], figures[WriteLatency]));
        Assert.Equal((20_000UL, 20_000UL), (figures[ReadBandwidth], figures[WriteBandwidth]));
    }

    [Fact]
    public void Cdat_Type2_SaysItIsAnInitiatorWithMemory()
    {
        Table initiator = Assert.Single(Of(Cdat("gpu0"), 3));

        Assert.Equal((8, 1), (initiator.Length, initiator.Byte(4)));
        Assert.Empty(Of(Cdat("mem0"), 3));
    }

    [Fact]
    public void Cdat_Type3_HasAVolatileAndAPersistentRange()
    {
        Table cdat = Cdat("mem0");
        IReadOnlyList<Table> ranges = Of(cdat, 0);

        Assert.Equal([(0UL, 1UL << 30, false), (1UL << 30, 2UL << 30, true)], ranges.Select(r => (r.Qword(8), r.Qword(16), (r.Byte(5) & 4) != 0)));
        foreach (Table range in ranges)
        {
            // 25 ns port + 2 ns decoder + 40 ns controller + 45 ns memory.
            Dictionary<int, ulong> figures = Figures(cdat, range.Byte(4));
            Assert.Equal((112_000UL, 56_400UL), (figures[ReadLatency], figures[ReadBandwidth]));
            Assert.Equal((112_000UL, 56_400UL), (figures[WriteLatency], figures[WriteBandwidth]));
        }
    }

    [Fact]
    public void Cdat_Ranges_HaveAMemoryTypeEach()
    {
        Table cdat = Cdat("mem0");

        Assert.Equal([(1, 1UL << 30), (2, 2UL << 30)], Of(cdat, 4).Select(r => ((int)r.Byte(5), r.Qword(16)))); // special purpose, reserved
        Assert.Equal(Of(cdat, 0).Select(r => r.Byte(4)), Of(cdat, 4).Select(r => r.Byte(4)));
    }

    [Fact]
    public void Cdat_HardwareCoherence_IsSaidOfBackInvalidate()
    {
        const int HardwareCoherent = 1 << 4;

        Assert.Equal(HardwareCoherent, Of(Cdat("gpu0"), 0)[0].Byte(5) & HardwareCoherent); // type 2 beside another: hdm-db
        Assert.Equal(0, Of(Cdat("mem0"), 0)[0].Byte(5) & HardwareCoherent);
    }

    [Fact]
    public void Cdat_Switch_HasTheWaysBetweenItsPorts()
    {
        const int Upstream = 0x100;
        Dictionary<(int X, int Y), (ulong Latency, ulong Bandwidth)> ways = [];
        foreach (Table record in Of(Cdat("sw0"), 5))
        {
            bool latency = record.Byte(4) == 0;
            Assert.Contains(record.Byte(4), new byte[] { 0, 3 });
            for (int at = 16; at < record.Length; at += 8)
            {
                (int, int) way = (record.Word(at), record.Word(at + 2));
                ulong value = record.Qword(8) * record.Word(at + 4);
                (ulong Latency, ulong Bandwidth) known = ways.GetValueOrDefault(way);
                ways[way] = latency ? (value, known.Bandwidth) : (known.Latency, value);
            }
        }

        // The port with nothing attached has no way. Down: 21 ns upstream port + 2 ns decoder + 33 ns crossbar + 20 ns port; from port to port 20 + 33 + 20.
        // 64 GT/s x 4 lanes / 8 bits = 32 GB/s, 32 GT/s x 16 / 8 = 64 GB/s.
        Assert.Equal(
            new Dictionary<(int, int), (ulong, ulong)>
            {
                [(Upstream, 0)] = (76_000, 32_000),
                [(Upstream, 9)] = (76_000, 64_000),
                [(0, 9)] = (73_000, 32_000),
            }.OrderBy(way => way.Key),
            ways.OrderBy(way => way.Key));
    }
}
