using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Addresses of regions translated both ways are where the data really lie.</summary>
public sealed class TranslationTests
{
    private const string Xor = """
        version: 1
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0, hb1], granularity: 256B, arithmetic: xor, xormaps: [0x404100]}]
            bridges: {hb0: {rp0: m0, rp1: m1}, hb1: {rp0: m2, rp1: m3}}
        endpoints: {m0: &m {type: 3, memory: 1GiB}, m1: *m, m2: *m, m3: *m}
        """;

    public static TheoryData<string, string, string[]> Trees { get; } = new()
    {
        { "modulo", Texts.TwoBridges, ["m0", "m2", "m1", "m3"] },
        { "xor", Xor, ["m0", "m2", "m1", "m3"] },
        { "three bridges", SixWays.Text, ["m0", "m2", "m4"] },
        { "three bridges, shifted", SixWays.Shifted, ["m1", "m3", "m5"] },
        { "six ways", SixWays.Text, ["m0", "m2", "m4", "m1", "m3", "m5"] },
        { "six ways, shifted", SixWays.Shifted, ["m0", "m2", "m4", "m1", "m3", "m5"] },
    };

    [Theory]
    [MemberData(nameof(Trees))]
    public void ToDevice_OfAnAddress_IsWhereTheHardwarePutsIt(string name, string text, string[] endpoints)
    {
        Assert.NotEmpty(name);
        CoreMachine machine = CoreMachine.Boot(text);
        CxlRegion region = machine.Committed($"{256 * endpoints.Length}MiB", machine.Window().Interleave.Granularity, endpoints);
        ulong[] addresses = [.. Enumerable.Range(0, 60).Select(i => region.Base.Value + ((ulong)i * 0x0123_4FC0 + (ulong)(i % 24) * 256) % region.Size.Bytes / 64 * 64)];

        machine.AssertReadsBack(addresses);

        Span<byte> line = stackalloc byte[64];
        foreach (ulong address in addresses)
        {
            (CxlEndpointDecoder decoder, Dpa dpa) = RegionTranslation.ToDevice(region, new Hpa(address))!.Value;
            string endpoint = endpoints.Single(e => machine.Memdev(e) == decoder.Port.Memdev);
            machine.Built.Endpoints[endpoint].Media.Peek(dpa, line);
            Assert.Equal(address * 0x9E37_79B9_7F4A_7C15, BitConverter.ToUInt64(line));
            Assert.Equal(new Hpa(address), RegionTranslation.ToHost(region, decoder.Port.Memdev!, dpa));
        }
    }

    [Fact]
    public void Commit_OfSixWaysInTheOrderOfPositions_ReportsTheDisagreement()
    {
        CoreMachine machine = CoreMachine.Boot(SixWays.Text);

        CxlRegion region = machine.Committed("1536MiB", 512, "m0", "m2", "m4", "m1", "m3", "m5");

        string line = Assert.Single(machine.Core.Log, l => l.Contains("position-mismatch", StringComparison.Ordinal));
        Assert.Contains($"position 1 (0x3000000200) is {machine.Memdev("m3").Name}, not {machine.Memdev("m2").Name}", line, StringComparison.Ordinal);
        Assert.Equal([0, 4, 2, 3, 1, 5], RegionRouting.Positions(region));
    }

    [Fact]
    public void ToDevice_OutsideOfTheRegion_IsNothing()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");

        Assert.Null(RegionTranslation.ToDevice(region, new Hpa(0x10_2000_0000)));
        Assert.Null(RegionTranslation.ToDevice(region, new Hpa(0xF_FFFF_FFC0)));
        Assert.Null(RegionTranslation.ToHost(region, machine.Memdev("m1"), default));
        Assert.Null(RegionTranslation.ToHost(region, machine.Memdev("m0"), new Dpa(0x1000_0000)));
        Assert.NotNull(RegionTranslation.ToHost(region, machine.Memdev("m0"), new Dpa(0x0FFF_FFC0)));
    }
}
