using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Guests;

/// <summary>A machine with devices, each bound for passthrough.</summary>
internal sealed class Bench
{
    public Bench(int devices, VfioDialect dialect = VfioDialect.RfcV2, VfioDeviceOptions? options = null, EndpointConfigSpaceOptions? config = null)
    {
        Fakes = [.. Enumerable.Range(0, devices).Select(i => new FakeDevice(new Bdf(0, (byte)(0x0D + i), 0, 0), config))];
        Machine = new FakeMachine(Fakes);
        Core = new FakeCore(Machine);
        if (dialect == VfioDialect.V3)
        {
            for (int i = 0; i < devices; i++)
                Fakes[i].Commit(0, FakeCore.Window + (ulong)i * FakeDevice.Capacity, FakeDevice.Capacity);
        }

        Host = new VfioHost(Machine.Hardware, new HostMemory(0, FakeMachine.OwnMemory));
        VfioDriver driver = dialect == VfioDialect.V3 ? new PciDriver(Core) : new AcceleratorDriver(Core);
        Devices = [.. Machine.Functions.Select(f => Host.Bind(f, driver, (options ?? new VfioDeviceOptions()) with { Dialect = dialect }))];
    }

    public FakeDevice[] Fakes { get; }

    public FakeMachine Machine { get; }

    public FakeCore Core { get; }

    public VfioHost Host { get; }

    public VfioPciDevice[] Devices { get; }

    public static async Task<Guest> Boot(VfioHost host, string name, params VfioPciDevice[] devices)
    {
        VirtualMachine machine = await VirtualMachine.Start(host, new GuestOptions { Name = name, Devices = devices, Memory = ByteSize.MiB(64) });
        var guest = new Guest(machine);
        await guest.Boot();
        return guest;
    }

    public static async Task<byte[]> Read(VirtualMachine machine, ulong at, int bytes = 8)
    {
        var into = new byte[bytes];
        await machine.ReadMemory(at, into);
        return into;
    }
}
