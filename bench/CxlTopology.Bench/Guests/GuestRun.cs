using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Bench.Guests;

/// <summary>
/// What it costs that a guest makes an access instead of its host: 64-byte accesses of a workload to the same device, 64 outstanding; and reads that software makes one after the other. Host and guest by turns, in one run.
/// </summary>
public static class GuestRun
{
    private const int Accesses = 500_000;
    private const int Rounds = 5;
    private const ulong Lines = 16_384;

    private const string Yaml = """
        version: 1
        name: guest
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            memory: 1GiB
            windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}]
            bridges: {hb0: {rp0: gpu0}}
        endpoints:
          gpu0: {type: 2, memory: 1GiB, coherence: hdm-db}
        """;

    /// <summary>Prints the rates and their ratios.</summary>
    public static void Print()
    {
        PrintWorkloads();
        PrintSoftware();
    }

    private static void PrintWorkloads()
    {
        const string Load = "pattern: random, reads: 70%, outstanding: 64, count: 1_000_000_000_000, payloads: false, verify: false}}";
        string host = Yaml + "\nregions: {region0: {endpoints: [gpu0], size: 1GiB}}\nworkloads: {load: {from: host0, to: region0, " + Load;
        string guest = Yaml + "\nguests: {guest0: {devices: [gpu0]}}\nworkloads: {load: {from: guest0, to: region0, " + Load;
        string inner = Yaml + "\nguests: {guest0: {devices: [gpu0], memory: 512MiB, guests: {inner: {devices: [gpu0]}}}}\nworkloads: {load: {from: inner, to: region0, " + Load;
        (double Rate, double Bytes)[] best = new (double, double)[3];
        for (int round = 0; round < Rounds; round++)
        {
            string[] files = [host, guest, inner];
            for (int i = 0; i < files.Length; i++)
            {
                (double rate, double bytes) = Time(files[i]);
                best[i] = (Math.Max(best[i].Rate, rate), bytes);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"64-byte accesses, 64 outstanding: host {best[0].Rate / 1e6:0.00} M/s, guest {best[1].Rate / 1e6:0.00} M/s = {best[1].Rate / best[0].Rate:0.00}, {best[1].Bytes:0.000} B each; a guest's guest {best[2].Rate / best[0].Rate:0.00}"));
    }

    private static (double Rate, double Bytes) Time(string yaml)
    {
        DescriptionResult file = TopologyFile.Parse(yaml, "guest.yaml");
        using Experiment experiment = Experiment.Prepare(file.Model ?? throw new InvalidOperationException(string.Join('\n', file.Errors)), new ExperimentOptions());
        Simulation.Simulation simulation = experiment.Built.Simulation;
        SimTime until = SimTime.Zero;
        while (experiment.Built.Programs["host0"].Finished == SimTime.Zero)
            simulation.Run(until += SimDuration.FromMilliseconds(1));
        simulation.Run(until += SimDuration.FromMilliseconds(2));
        RequesterStatistics statistics = experiment.Requesters[0].Requester.Statistics;
        long before = statistics.Completed;
        long allocated = GC.GetTotalAllocatedBytes(true);
        var clock = RunClock.Start(wall: false);
        simulation.Run(until += SimDuration.FromMilliseconds(8));
        double seconds = clock.Seconds;
        double completed = statistics.Completed - before;
        return (completed / seconds, (GC.GetTotalAllocatedBytes(true) - allocated) / completed);
    }

    private static void PrintSoftware()
    {
        TopologyModel model = TopologyFile.Parse(Yaml, "guest.yaml").Model!;
        HostSession.Run(model, "host0", async core =>
        {
            var passthrough = new HostCore(core);
            var host = new VfioHost(new VfioHardware(core.Configuration, core.Mmio, core.Memory, core.Clock), new HostMemory(0, 1UL << 30));
            VfioPciDevice device = host.Bind(core.Memdevs[0].Function, new AcceleratorDriver(passthrough), new VfioDeviceOptions { Scrub = VfioScrub.None });
            var guest = new Guest(await VirtualMachine.Start(host, new GuestOptions { Name = "guest0", Devices = [device] }));
            await guest.Boot();
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            ulong own = guest.Machine.Explain(region.Base.Value)!.Value.HostAddress;
            (double hostRate, double guestRate) = (0, 0);
            for (int round = 0; round < Rounds; round++)
            {
                hostRate = Math.Max(hostRate, await Rate(core.Memory, own));
                guestRate = Math.Max(guestRate, await Rate(guest.Machine, region.Base.Value));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"64-byte reads, one at a time: host {hostRate / 1e6:0.00} M/s, guest {guestRate / 1e6:0.00} M/s = {guestRate / hostRate:0.00}"));
        });
    }

    private static async Task<double> Rate(IMemoryBus memory, ulong start)
    {
        var line = new byte[64];
        var clock = RunClock.Start(wall: false);
        for (ulong i = 0; i < Accesses; i++)
        {
            if (await memory.ReadMemory(start + i % Lines * 64, line) != AccessStatus.Ok)
                throw new InvalidOperationException("A read failed.");
        }

        return Accesses / clock.Seconds;
    }
}
