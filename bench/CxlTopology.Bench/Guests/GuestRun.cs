using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Bench.Guests;

/// <summary>What it costs that a guest makes an access instead of its host: 64-byte reads of the same device memory, one after the other, in one run.</summary>
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

    /// <summary>Prints the rates and their ratio.</summary>
    public static void Print()
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
