using CxlTopology.Fabric;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>After a flush no cache has a line of the range, the host's or a device's, and memory has what was written last.</summary>
public sealed class FlushTests
{
    private const ulong Range = 64 << 10;

    [Fact]
    public void Flush_OfWhatTheHostHasWritten_PutsItIntoTheDevice()
    {
        RealMachine machine = Boot("regions:\n  region0: {window: 0, endpoints: [g0], size: 256MiB}\n");
        ulong start = machine.Core.Regions[0].Base.Value;
        machine.Do(async () =>
        {
            var line = new byte[64];
            line[7] = 0x77;
            for (ulong at = 0; at < 4096; at += 64)
                Assert.Equal(AccessStatus.Ok, await machine.Core.Memory.WriteMemory(start + at, line));
            Assert.NotEmpty(Held(machine, start));
            Assert.True(await machine.Core.FlushCaches(start, Range));
        });
        Assert.Empty(Held(machine, start));
        var stored = new byte[64];
        machine.Built.Endpoints["g0"].Media.Peek(new Dpa(0xFC0), stored);
        Assert.Equal(0x77, stored[7]);
        machine.AssertChecked();
    }

    [Fact]
    public void Flush_OfWhatADeviceHolds_TakesItFromTheDevice()
    {
        RealMachine machine = Boot("workloads:\n  w: {from: g0, to: {memory: true, size: 64KiB}, reads: 50%, outstanding: 8, count: 2_000}\n");
        HomeAgent home = machine.Built.Hosts["host0"].Home!;
        Assert.NotEmpty(home.Directory);
        machine.Do(async () => Assert.True(await machine.Core.FlushCaches(0, Range)));
        Assert.DoesNotContain(home.Directory, e => e.Line < Range && (e.Owner >= 0 || e.Sharers != 0));
        Assert.DoesNotContain(machine.Built.Endpoints["g0"].Coherence!.CachedLines, l => l.Line < Range);
        Assert.Empty(Held(machine, 0));
        machine.AssertChecked();
    }

    private static IEnumerable<ulong> Held(RealMachine machine, ulong start) =>
        machine.Built.Hosts["host0"].Home!.CachedLines.Select(l => l.Line).Where(l => l - start < Range);

    private static RealMachine Boot(string more) => RealMachine.Boot($$$"""
        version: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            memory: 2GiB
            cache: {size: 32KiB, ways: 4}
            windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}]
            bridges: {hb0: {rp0: g0}}
        endpoints:
          g0: {type: 2, memory: 256MiB, coherence: hdm-db, cache: {size: 8KiB, ways: 4}}
        {{{more}}}
        """);
}
