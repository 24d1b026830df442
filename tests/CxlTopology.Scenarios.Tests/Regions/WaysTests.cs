using System.Globalization;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Every number of ways that there is, at the window and below it, modulo and XOR: made by the core, with the data where the translation says.</summary>
public sealed class WaysTests
{
    private const string XorMaps = "0x404100, 0x808200, 0x1010400, 0x2020800";

    /// <summary>Host bridges, root ports in use of each, granularity, XOR.</summary>
    public static TheoryData<int, int, int, bool> Shapes { get; } = new()
    {
        { 1, 1, 256, false }, { 1, 2, 512, false }, { 1, 4, 4096, false }, { 1, 8, 1024, false },
        { 2, 1, 8192, false }, { 2, 2, 256, false }, { 2, 4, 1024, false }, { 2, 8, 256, false },
        { 3, 1, 256, false }, { 3, 2, 1024, false }, { 3, 4, 512, false },
        { 4, 1, 256, false }, { 4, 2, 1024, false }, { 4, 4, 256, false },
        { 6, 1, 256, false }, { 6, 2, 512, false },
        { 8, 1, 256, false }, { 8, 2, 256, false },
        { 12, 1, 256, false }, { 16, 1, 512, false },
        { 2, 1, 256, true }, { 2, 4, 256, true }, { 3, 2, 256, true }, { 4, 1, 256, true }, { 4, 4, 256, true },
        { 6, 1, 256, true }, { 6, 2, 256, true }, { 8, 2, 256, true }, { 12, 1, 256, true }, { 16, 1, 256, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Create_OfEveryShape_PutsTheDataWhereTheTranslationSays(int bridges, int ports, int granularity, bool xor)
    {
        CoreMachine machine = CoreMachine.Boot(Text(bridges, ports, granularity, xor));
        string[] endpoints = [.. Enumerable.Range(0, bridges * ports).Select(position => $"m{position % bridges * ports + position / bridges}")];

        CxlRegion region = machine.Committed($"{256 * endpoints.Length}MiB", granularity, endpoints);

        Assert.Equal(bridges * ports, region.Ways);
        ulong[] addresses = [.. Enumerable.Range(0, 4 * region.Ways).Select(i => region.Base.Value + ((ulong)(i * granularity) + (ulong)(i / region.Ways) * 0x0321_0000) % region.Size.Bytes).Distinct()];
        machine.AssertReadsBack(addresses);
        Span<byte> line = stackalloc byte[64];
        foreach (ulong address in addresses)
        {
            (CxlEndpointDecoder decoder, Dpa dpa) = RegionTranslation.ToDevice(region, new Hpa(address))!.Value;
            machine.Built.Endpoints[endpoints[decoder.Position]].Media.Peek(dpa, line);
            Assert.Equal(address * 0x9E37_79B9_7F4A_7C15, BitConverter.ToUInt64(line));
        }

        Assert.Equal(region.Ways, addresses.Take(region.Ways).Select(a => RegionTranslation.ToDevice(region, new Hpa(a))!.Value.Decoder).Distinct().Count());
        bool disagrees = machine.Core.Log.Exists(l => l.Contains("position-mismatch", StringComparison.Ordinal));
        Assert.Equal(bridges % 3 == 0 && ports > 1, disagrees); // three ways leave all address bits to the ports
    }

    private static string Text(int bridges, int ports, int granularity, bool xor)
    {
        string names = string.Join(", ", Enumerable.Range(0, bridges).Select(i => $"hb{i}"));
        string maps = xor ? $", arithmetic: xor, xormaps: [{XorMaps}]" : "";
        string tree = string.Concat(Enumerable.Range(0, bridges).Select(b =>
            $"      hb{b}: {{{string.Join(", ", Enumerable.Range(0, ports).Select(p => $"rp{p}: m{b * ports + p}"))}}}\n"));
        string endpoints = string.Concat(Enumerable.Range(0, bridges * ports).Select(i => string.Create(CultureInfo.InvariantCulture, $"  m{i}: {{type: 3, memory: 512MiB}}\n")));
        return $"version: 1\nhosts:\n  host0:\n    windows: [{{base: 0x30_0000_0000, size: 12GiB, targets: [{names}], granularity: {granularity}B{maps}}}]\n    bridges:\n{tree}endpoints:\n{endpoints}";
    }
}
