using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Bench.Fabric;

/// <summary>Coherent traffic on the two-level topology, with accelerators in place of its expanders: a host with a cache and four HDM-DB devices contend for lines.</summary>
public static class CoherenceRun
{
    private const string Topology = """
        version: 1
        name: coherence
        policy: {payloads: false}
        profiles: {link: {rate: 64GT/s, width: x16, flit: 256B}}
        hosts:
          host0:
            memory: 4GiB
            cache: {size: 1MiB, ways: 16}
            windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}]
            bridges:
              hb0:
                rp0:
                  switch: sw0
                  ports:
                    dsp0: {switch: sw1, ports: {dsp0: gpu0, dsp1: gpu1}}
                    dsp1: {switch: sw2, ports: {dsp0: gpu2, dsp1: gpu3}}
        endpoints:
          gpu0: &gpu {type: 2, memory: 1GiB, coherence: hdm-db, cache: {size: 256KiB}, snoop-filter: {size: 4MiB}}
          gpu1: *gpu
          gpu2: *gpu
          gpu3: *gpu
        regions:
          region0: {endpoints: [gpu0, gpu2, gpu1, gpu3], granularity: 1KiB, size: 4GiB}
        workloads:
          host: {from: host0, to: {base: 0x10_0000_0000, size: SIZE}, reads: 70%, count: 1_000_000_000_000}
          gpu0: &load {from: gpu0, to: {base: 0x10_0000_0000, size: SIZE}, reads: 70%, outstanding: 16, count: 1_000_000_000_000}
          gpu1: {from: gpu1, to: {base: 0x10_0000_0000, size: SIZE}, reads: 70%, outstanding: 16, count: 1_000_000_000_000}
          gpu2: {from: gpu2, to: {memory: true, size: SIZE}, reads: 70%, outstanding: 16, count: 1_000_000_000_000}
          gpu3: {from: gpu3, to: {memory: true, size: SIZE}, reads: 70%, outstanding: 16, count: 1_000_000_000_000}
        """;

    /// <summary>Times it with a working set that the caches hold for the most part, one that they hold half of, and one far beyond them.</summary>
    /// <param name="sizes">Working sets, as a file says them.</param>
    public static void Print(IEnumerable<string> sizes)
    {
        foreach (string size in sizes)
            Console.WriteLine(Time(size));
    }

    private static string Time(string size)
    {
        DescriptionResult parsed = TopologyFile.Parse(Topology.Replace("SIZE", size, StringComparison.Ordinal).Replace("&load ", "", StringComparison.Ordinal), "coherence.yaml");
        if (parsed.Model is null)
            throw new InvalidOperationException(string.Join('\n', parsed.Errors));
        using Experiment experiment = Experiment.Prepare(parsed.Model, new ExperimentOptions());
        Simulation.Simulation simulation = experiment.Built.Simulation;
        SimTime at = SimTime.Zero;
        while (Accesses(experiment) < 400_000)
            simulation.Run(at += SimDuration.FromMicroseconds(100));
        long accesses = Accesses(experiment);
        long misses = Misses(experiment);
        long transactions = Transactions(experiment);
        // What a run costs by itself, its digest above all, is not of the accesses.
        long allocated = GC.GetTotalAllocatedBytes(true);
        RunResult before = simulation.Run(at += SimDuration.FromNanoseconds(1));
        allocated = GC.GetTotalAllocatedBytes(true) * 2 - allocated;
        // The best of eight parts tells what it costs when nobody else has the machine's caches.
        var clock = RunClock.Start(wall: false);
        double best = 0;
        RunResult after = before;
        for (int part = 0; part < 8; part++)
        {
            long from = Accesses(experiment);
            var partial = RunClock.Start(wall: false);
            after = simulation.Run(at += SimDuration.FromMicroseconds(500));
            best = Math.Max(best, (Accesses(experiment) - from) / partial.Seconds);
        }

        double seconds = clock.Seconds;
        double done = Accesses(experiment) - accesses;
        double missed = Misses(experiment) - misses;
        double served = Transactions(experiment) - transactions;
        return string.Create(CultureInfo.InvariantCulture,
            $"coherence, {size,7}: {done / seconds / 1e6,5:0.00} M accesses/s (at best {best / 1e6:0.00}), {missed / seconds / 1e6,5:0.00} M of them past a cache ({missed / done:0%}), {served / seconds / 1e6,5:0.00} M requests and snoops of the protocol/s, {(after.Events - before.Events) / seconds / 1e6:0.0} M ev/s, {(after.Events - before.Events) / done:0.0} ev each, {(GC.GetTotalAllocatedBytes(true) - allocated) / done:0.000} B each, digest {after.Digest:x16}");
    }

    private static long Accesses(Experiment experiment) => experiment.Requesters.Sum(r => r.Requester.Statistics.Completed);

    /// <summary>Requests on CXL.cache, requests of the host on CXL.mem, snoops and back-invalidate snoops: each with its answer is a transaction of the protocol.</summary>
    private static long Transactions(Experiment experiment)
    {
        HomeStatistics home = experiment.Built.Hosts["host0"].Home!.Statistics;
        return home.Requests + home.Snoops + home.BackInvalidates + experiment.Built.Endpoints.Values.Sum(e => e.Coherence!.Statistics.HostRequests);
    }

    private static long Misses(Experiment experiment)
    {
        HomeStatistics home = experiment.Built.Hosts["host0"].Home!.Statistics;
        return home.Accesses - home.Hits + experiment.Built.Endpoints.Values.Sum(e => e.Coherence!.Statistics.Accesses - e.Coherence.Statistics.Hits);
    }
}
