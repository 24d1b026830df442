using CxlTopology.Software;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Whatever the tree and the requests: a clean errno, or a region with the registers that Linux would have written, all of whose addresses read back what was written; and when all are gone the registers are as they were.</summary>
public sealed class RegionProperties
{
    private const uint CommitBits = 0xF00 | 0x1000 | 0x2000; // lock, commit, committed, error, type, BI

    private static Gen<ulong> Seeds { get; } =
        from high in Gen.Choose(0, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        select (ulong)high << 31 | (uint)low;

    [Fact]
    public void RandomRegions_AreMadeOrRefused_AndLeaveNothing() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Seeds.ToArbitrary(), seed => { Explore(seed); }));

    [Fact]
    public void RandomRegions_AreDeepAndWide_AndOfBothOutcomes()
    {
        RandomRegions[] drawn = [.. Enumerable.Range(0, 200).Select(seed => new RandomRegions((ulong)seed))];
        Assert.Contains(drawn, d => d.Depth == 5);
        Assert.Contains(drawn, d => d.Fanout == 8);
        Assert.Superset(new HashSet<int> { 1, 2, 3, 4, 6, 8, 12, 16 }, drawn.SelectMany(d => d.Requests).Select(r => r.Endpoints.Length).ToHashSet());

        List<Shape> made = [];
        int refused = 0;
        for (ulong seed = 0; seed < 60 && !IsCovered(made, refused); seed++)
        {
            (List<Shape> m, int r) = Explore(seed);
            made.AddRange(m);
            refused += r;
        }

        Assert.True(IsCovered(made, refused), $"{refused} refused; made: {string.Join("; ", made)}");
    }

    /// <summary>Whether regions were made, not just asked for, at the bottom of five levels, through a port with eight targets, of the most ways, of both kinds of memory, and beside others of their devices; and others refused.</summary>
    private static bool IsCovered(List<Shape> made, int refused) =>
        refused >= 8
        && made.Exists(m => m.Levels == 5 && m.Ways > 2)
        && made.Exists(m => m.Targets == 8)
        && made.Exists(m => m.Ways == 16)
        && made.Exists(m => !int.IsPow2(m.Ways))
        && made.Exists(m => m is { IsPersistent: true, Window: > 0 })
        && made.Exists(m => m.Instance > 0);

    private static (List<Shape> Made, int Refused) Explore(ulong seed)
    {
        var drawn = new RandomRegions(seed);
        CoreMachine machine = CoreMachine.Boot(drawn.Yaml);
        Dictionary<(string Port, int Offset), uint> before = machine.Registers();
        List<CxlRegion> regions = [];
        int refused = 0;
        foreach (RandomRegions.Request request in drawn.Requests)
        {
            string context = $"seed {seed}, {request}\n{drawn.Yaml}";
            Dictionary<(string Port, int Offset), uint> start = machine.Registers();
            int references = References(machine);
            try
            {
                regions.Add(machine.Do(() => machine.Commands.Create(RequestOf(machine, request))));
            }
            catch (ErrnoException error)
            {
                refused++;
                Assert.True(Enum.IsDefined(error.Errno) && error.Message.Length > 20, context);
                Assert.True(references == References(machine), $"{error.Message} left something attached; {context}");
                AssertSame(start, machine.Registers(), $"{error.Message}; {context}");
            }
        }

        foreach (CxlRegion region in regions)
            LinuxRegisters.AssertProgrammed(machine, region, $"seed {seed}\n{drawn.Yaml}");
        List<Shape> made = [.. regions.Select(r => ShapeOf(machine, r))];
        machine.AssertReadsBack([.. regions.SelectMany(AddressesOf)]);
        AssertNothingBeside(machine, regions);
        foreach (CxlRegion region in Enumerable.Reverse(regions))
            machine.Do(() => machine.Commands.Destroy(region, force: true));
        AssertSame(before, machine.Registers(), $"seed {seed}\n{drawn.Yaml}");
        Assert.Equal(0, References(machine));
        Assert.All(machine.Core.Ports, p => Assert.Equal((-1, -1), (p.CommitEnd, p.HdmEnd)));
        Assert.All(machine.Core.Root!.Decoders.Cast<CxlRootDecoder>(), r => Assert.Equal(r.Window.Size, HostAddresses.LargestFree(r)));
        return (made, refused);
    }

    private static Shape ShapeOf(CoreMachine machine, CxlRegion region) => new(
        region.Ways,
        region.Targets.Max(t => t!.Port.Depth) - 1,
        machine.Core.Ports.SelectMany(p => p.Decoders).OfType<CxlSwitchDecoder>().Where(d => d.Region == region).Max(d => d.Targets.Count),
        region.Root.Instance,
        region.Targets.Max(t => t!.Instance),
        region.IsPersistent);

    private static RegionRequest RequestOf(CoreMachine machine, RandomRegions.Request request) => new(machine.Window(request.Window))
    {
        IsPersistent = request.IsPersistent,
        Memdevs = [.. request.Endpoints.Select(machine.Memdev)],
        Granularity = request.Granularity,
        Size = ByteSize.MiB(request.MebiBytes),
    };

    private static int References(CoreMachine machine) =>
        machine.Core.Regions.Count + machine.Core.Ports.SelectMany(p => p.Decoders).Count(d => d.Region is not null || (d is CxlEndpointDecoder e && e.DpaSize.Bytes != 0));

    /// <summary>
    /// One address of every class: both lines at the edges of every granule of the first two and the last two stripes, both sides of every power of two (so every address bit, alone and with all below it), the edges of every
    /// device's share, and strides of which no two have the same low bits.
    /// </summary>
    private static IEnumerable<ulong> AddressesOf(CxlRegion region)
    {
        const ulong Line = 64;
        ulong granularity = (ulong)region.Granularity;
        ulong stripe = (ulong)region.Ways * granularity;
        ulong size = region.Size.Bytes;
        var offsets = new SortedSet<ulong>();
        for (ulong granule = 0; granule < 2 * stripe; granule += granularity)
            offsets.UnionWith([granule, granule + granularity - Line, size - granule - granularity, size - granule - Line]);
        for (ulong power = Line; power < size; power *= 2)
            offsets.UnionWith([power, power - Line, size - power]);
        for (ulong share = 0; share < size; share += size / (ulong)region.Ways)
            offsets.UnionWith([share, share + (size / (ulong)region.Ways) - Line]);
        for (ulong i = 1; i < 32; i++)
            offsets.Add(i * (size / 32 + 37 * Line) % size / Line * Line);
        return offsets.Select(o => region.Base.Value + o);
    }

    /// <summary>The lines right before and after a region, where no region is: nothing answers there.</summary>
    private static void AssertNothingBeside(CoreMachine machine, List<CxlRegion> regions) => machine.Do(async () =>
    {
        const ulong Line = 64;
        byte[] data = new byte[Line];
        foreach (ulong address in regions.SelectMany(r => new[] { r.Base.Value - Line, r.Base.Value + r.Size.Bytes }))
        {
            if (!regions.Exists(r => address >= r.Base.Value && address - r.Base.Value < r.Size.Bytes))
                Assert.True(await machine.Core.Memory.ReadMemory(address, data) != AccessStatus.Ok, $"0x{address:x} answers, and no region is there");
        }
    });

    /// <summary>Linux leaves IG, IW, targets and skip of a decoder that it has reset; all else has to be as it was.</summary>
    private static void AssertSame(Dictionary<(string Port, int Offset), uint> before, Dictionary<(string Port, int Offset), uint> after, string context)
    {
        foreach (((string port, int offset), uint value) in before)
        {
            int register = offset < HdmCapabilityRegisters.FirstDecoder ? -1 : (offset - HdmCapabilityRegisters.FirstDecoder) % HdmCapabilityRegisters.DecoderLength;
            if (register >= HdmDecoderRegisters.TargetsOffset)
                continue;
            uint mask = register == HdmDecoderRegisters.ControlOffset ? CommitBits : uint.MaxValue;
            Assert.True((value & mask) == (after[(port, offset)] & mask), $"{port} offset 0x{offset:x}: 0x{value:x8} became 0x{after[(port, offset)]:x8}; {context}");
        }
    }

    /// <summary>What a region was that was made: levels of ports above its devices, most targets at one of them, window, highest decoder of a device.</summary>
    private sealed record Shape(int Ways, int Levels, int Targets, int Window, int Instance, bool IsPersistent);
}
