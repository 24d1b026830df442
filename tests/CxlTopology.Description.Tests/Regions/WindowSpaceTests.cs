using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Description.Tests.Regions;

public sealed class WindowSpaceTests
{
    private const ulong Step = 256UL << 20;
    private const int Steps = 32;

    private static WindowModel Window { get; } =
        new() { Index = 0, Base = new Hpa(64 * Step), Size = new ByteSize(Steps * Step), Targets = ["hb0"] };

    [Fact]
    public void TakeAndFirstFit_AnySequence_AgreeWithAMapOfSteps()
    {
        Gen<int[]> sequences = Gen.ArrayOf(Gen.Choose(0, 10_000));
        Prop.ForAll(sequences.ToArbitrary(), sequence =>
        {
            WindowSpace space = new(Window);
            bool[] map = new bool[Steps];
            foreach (int number in sequence)
            {
                int length = 1 + (number % 5);
                int wanted = number / 5 % Steps;
                int? expected = LowestGap(map, length);
                Assert.Equal(expected is int gap ? (64 + (ulong)gap) * Step : null, space.FirstFit((ulong)length * Step));
                int start = number % 2 == 0 ? wanted : expected ?? 0;
                if (start + length > Steps)
                    continue;
                bool free = !map.AsSpan(start, length).Contains(true);
                Assert.Equal(free, space.Take((64 + (ulong)start) * Step, Region(length)) is null);
                if (free)
                    map.AsSpan(start, length).Fill(true);
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    private static int? LowestGap(bool[] map, int length)
    {
        for (int start = 0; start + length <= map.Length; start++)
        {
            if (!map.AsSpan(start, length).Contains(true))
                return start;
        }

        return null;
    }

    private static RegionDraft Region(int steps) => new()
    {
        Name = "r",
        Host = null!,
        Window = Window,
        Endpoints = [],
        Granularity = 256,
        Size = new ByteSize((ulong)steps * Step),
        Base = null,
        Memory = RegionMemory.Ram,
        Position = default,
        EndpointsPosition = default,
        SizePosition = default,
        GranularityPosition = default,
        BasePosition = default,
    };
}
