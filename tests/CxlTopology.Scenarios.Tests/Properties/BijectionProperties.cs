using CxlTopology.Fabric.Tests;
using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Scenarios.Tests;

/// <summary>Host addresses to devices and device addresses, through the actors: one to one for every legal interleave, and what the translation functions say.</summary>
public sealed class BijectionProperties
{
    private const int Drawn = 24;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(12)]
    [InlineData(16)]
    public void EverySplit_OfSoManyWays_IsABijection(int ways) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2),
            Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
            {
                foreach (Split split in Split.Of(ways).Where(s => !s.ThreesAboveAPort))
                    CheckSplit(split, seed);
            }));

    [Fact]
    public void Splits_OfSixteenWays_GoByAllLevels()
    {
        Split[] splits = [.. Split.Of(16)];

        Assert.Contains(splits, s => s is { Root: 16, Bridge: 1, Switch: 1 });
        Assert.Contains(splits, s => s is { Root: 1, Bridge: 2, Switch: 8 });
        Assert.Contains(splits, s => s is { Root: 4, Bridge: 2, Switch: 2, Granularity: 2048, Xor: true });
        Assert.DoesNotContain(splits, s => s.Granularity > 2048);
    }

    /// <summary>Every position of one row, and addresses drawn from anywhere.</summary>
    internal static void CheckSplit(Split split, ulong seed)
    {
        string context = $"{split}, seed {seed}";
        var drawn = new SplitMachine(split, seed);
        Machine machine = Machine.Boot(drawn.Yaml);
        ulong[] lines = Lines(split, drawn, seed);
        IReadOnlyList<Probe> writes = machine.Run([.. lines.Select(line => Probe.WriteWord(line, line))]);
        IReadOnlyList<Probe> reads = machine.Run([.. lines.Select(line => Probe.Read(line))]);
        var places = new HashSet<(string, ulong)>();
        for (int i = 0; i < lines.Length; i++)
        {
            Assert.True(writes[i].Status == AccessStatus.Ok && reads[i].Status == AccessStatus.Ok, $"{context}: 0x{lines[i]:x} is answered {writes[i].Status}, {reads[i].Status}");
            (string Device, ulong Dpa) place = (machine.CompleterOf(reads[i]), reads[i].Answer.Address);
            Assert.True(place == drawn.Translate(lines[i]), $"{context}: 0x{lines[i]:x} went to {place}, translation says {drawn.Translate(lines[i])}");
            Assert.True(lines[i] == drawn.TranslateBack(place.Device, place.Dpa), $"{context}: {place} translates back to 0x{drawn.TranslateBack(place.Device, place.Dpa):x}, not 0x{lines[i]:x}");
            Assert.True(place.Dpa < drawn.DeviceBytes, $"{context}: 0x{lines[i]:x} went to {place}, past the device's memory");
            Assert.True(places.Add(place), $"{context}: two addresses go to {place}");
            Assert.True(reads[i].Answer.WordAt(0) == lines[i], $"{context}: 0x{lines[i]:x} reads 0x{reads[i].Answer.WordAt(0):x}");
        }
    }

    private static ulong[] Lines(Split split, SplitMachine drawn, ulong seed)
    {
        var random = new RandomStream(seed, "lines");
        ulong row = (ulong)split.Ways * (ulong)split.Granularity;
        ulong first = drawn.Base + random.Next(drawn.Size / row) * row;
        var lines = new HashSet<ulong> { drawn.Base, drawn.Base + drawn.Size - 64 };
        for (int position = 0; position < split.Ways; position++)
            lines.Add(first + (ulong)(position * split.Granularity));
        for (int i = 0; i < Drawn; i++)
            lines.Add(drawn.Base + random.Next(drawn.Size / 64) * 64);
        return [.. lines.Order()];
    }
}
