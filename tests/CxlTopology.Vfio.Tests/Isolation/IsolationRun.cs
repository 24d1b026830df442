using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>One run: a host with four accelerators, two guests that have one each, and change them, on the real fabric with all checkers on.</summary>
internal sealed class IsolationRun
{
    private readonly HashSet<string> inUse = [];
    private readonly HashSet<uint> barHalves;

    private IsolationRun(IsolationOptions options)
    {
        Options = options;
        Machine = RealMachine.Boot(Yaml(options), new ExperimentOptions { Workers = options.Workers, MessagesPerWindowMin = options.Workers > 1 ? 0 : null }, options.Fault);

        Watch = new HostWatch(Machine);
        barHalves = [.. Machine.Core.Memdevs.SelectMany(m => m.Function.Bars).Select(b => (uint)(b.Base >> 32))];
        Assert.DoesNotContain(barHalves, half => half <= ushort.MaxValue); // or they would be seen everywhere
    }

    public IsolationOptions Options { get; }

    public RealMachine Machine { get; }

    public HostWatch Watch { get; }

    /// <summary>Lives of guests that have begun.</summary>
    public int Lives { get; private set; }

    /// <summary>Lives that did not begin, because the guest that has the neighbour on the same switch leaves no decoder for it.</summary>
    public int Refusals { get; set; }

    /// <summary>Devices that fell off their links, and came back.</summary>
    public int Falls { get; set; }

    /// <summary>Mappings of processes that have ended: nobody reaches anything through them.</summary>
    public List<VfioMapping> Leftovers { get; } = [];

    /// <summary>Operations that were made.</summary>
    public int Steps { get; set; }

    /// <summary>Values that guests have read and that were judged.</summary>
    public long Judged { get; set; }

    /// <summary>Reads that gave what the guest had written itself.</summary>
    public long OwnRead { get; set; }

    /// <summary>What a device shows to whoever opens it first, by device, dialect: every later one sees the same.</summary>
    public Dictionary<string, byte[]> FirstSight { get; } = [];

    public ulong Digest => Machine.Result.Digest;

    /// <summary>Runs it; a leak, or anything else that must not be, is thrown.</summary>
    public static IsolationRun Make(IsolationOptions options)
    {
        var run = new IsolationRun(options);
        run.Machine.Do(() => run.Run());
        run.AssertAccounted();
        return run;
    }

    /// <summary>A device that nobody has.</summary>
    public string Take(Draw draw)
    {
        string[] free = [.. Machine.Built.Endpoints.Keys.Where(e => !inUse.Contains(e))];
        string device = draw.Of(free);
        inUse.Add(device);
        return device;
    }

    public void Give(string device) => inUse.Remove(device);

    /// <summary>Whether a value has a host address in it: of a window, wherever in it and however shifted; or half of that of a BAR.</summary>
    public bool IsHostAddress(ulong value) => Marks.HasHostAddress(value) || barHalves.Contains((uint)value) || barHalves.Contains((uint)(value >> 32));

    public ushort NextLife() => Marks.OfLife(Lives++);

    /// <summary>Whether firmware has committed a device's memory.</summary>
    public bool IsCommitted(string device) => device == "g0" && Options is { Commits: true, Seed: var seed } && seed % 2 == 1;

    private static string Yaml(IsolationOptions options)
    {
        ulong first = Marks.Windows;
        string committed = options.Seed % 2 == 0 || !options.Commits ? "" : $$"""
            firmware:
              - {component: g0, decoder: 0, base: 0x{{first:x}}, size: 256MiB, type: device}
              - {component: g0, dvsec-control: 7}
              - {component: g0, offset: 4, value: 2}
            """;
        (string host, string device) = options.Caches ? ("\n    cache: {size: 32KiB, ways: 4}", ", cache: {size: 8KiB, ways: 4}") : ("", "");
        return $$$"""
            version: 1
            profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
            hosts:
              host0:
                memory: 2GiB{{{host}}}
                windows:
                  - {base: 0x{{{first:x}}}, size: 512MiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}
                  - {base: 0x{{{first + (1UL << 29):x}}}, size: 256MiB, targets: [hb1], allow: [type2, volatile, back-invalidate]}
                  - {base: 0x{{{first + (3UL << 28):x}}}, size: 512MiB, targets: [hb2], allow: [type2, volatile, back-invalidate]}
                bridges:
                  hb0: {rp0: g0}
                  hb1: {rp0: g1}
                  hb2: {rp0: {switch: sw0, ports: {dsp0: {switch: sw1, ports: {dsp0: g2} }, dsp1: g3} } }
            endpoints:
              g0: &g {type: 2, memory: 256MiB, coherence: hdm-db, decoders: 2, bar2: 64KiB, cxl: {write-back: true, reset: true, reset-timeout: 100ms, memory-clear: true}{{{device}}} }
              g1: *g
              g2: *g
              g3: {type: 2, memory: 256MiB, coherence: hdm-db, decoders: 2, bar2: 64KiB, cxl: {reset: false}{{{device}}} }
            {{{committed}}}
            """;
    }

    private async Task Run()
    {
        var draw = new Draw(Options.Seed);
        Watch.Begin();
        Watch.End();
        var tenants = new List<Task>();
        for (int slot = 0; slot < 2; slot++)
            tenants.Add(new Tenant(this, slot, draw.Fork()).Live());
        await Task.WhenAll(tenants);
        Watch.Look("at the end");
    }

    private void AssertAccounted()
    {
        RealMachine machine = Machine;
        Assert.Empty(machine.Host.Processes);
        Assert.DoesNotContain(machine.Host.Devices, d => d.IsOpen || d.Group.IsOwned || d.Domain is not null);
        Assert.Equal(RealMachine.OwnMemory, machine.Host.Memory.Available);
        Assert.All(machine.Core.Regions, r => Assert.True(r.IsAuto, $"{r.Name} is left over"));
        foreach (CxlMemdev memdev in machine.Core.Memdevs)
        {
            foreach (CxlEndpointDecoder decoder in memdev.Endpoint!.Decoders.OfType<CxlEndpointDecoder>().Where(d => d.Region is not { IsAuto: true }))
                Assert.True(decoder.DpaSize.Bytes == 0 && !decoder.Enabled, $"{decoder.Name} of {memdev.Name} is not free");
        }

        Assert.Equal(0, machine.Result.DeadLetters);
        Assert.Equal(RunOutcome.Idle, machine.Result.Outcome);
        machine.AssertChecked();
    }
}
