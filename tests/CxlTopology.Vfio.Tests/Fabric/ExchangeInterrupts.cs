using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>A device of a guest that interrupts by its data object exchange: MSI-X vector 1, as the guest's driver programs it.</summary>
internal sealed class ExchangeInterrupts
{
    public const uint Data = 0x51;
    private const int Vector = 1;
    private readonly PciDevice function;
    private readonly int exchange;
    private readonly int msix;
    private readonly ulong table;
    private readonly ulong pending;

    private ExchangeInterrupts(Guest guest, PciDevice function, int msix, ulong table, ulong pending)
    {
        (Guest, this.function, this.msix, this.table, this.pending) = (guest, function, msix, table, pending);
        exchange = function.ExtendedCapabilities.First(c => c.Id == 0x2E).Offset;
    }

    public Guest Guest { get; }

    /// <summary>What the guest's handler was told.</summary>
    public List<uint> Heard { get; } = [];

    public VirtualInterrupts Interrupts => Guest.Machine.Devices[0].Interrupts;

    private VirtualMachine Machine => Guest.Machine;

    /// <summary>Finds the vector table, turns bus mastering on, and has a handler.</summary>
    public static async Task<ExchangeInterrupts> Of(Guest guest)
    {
        VirtualMachine machine = guest.Machine;
        PciDevice function = guest.FunctionOf(machine.Devices[0])!;
        int at = (int)await machine.ReadConfig(function.Bdf, 0x34, 1);
        while ((await machine.ReadConfig(function.Bdf, at, 1)) != 0x11)
            at = (int)await machine.ReadConfig(function.Bdf, at + 1, 1);
        uint place = await machine.ReadConfig(function.Bdf, at + 4);
        uint bits = await machine.ReadConfig(function.Bdf, at + 8);
        ulong bar = function.Bars.First(b => b.Index == (int)(place & 7)).Base;
        await machine.WriteConfig(function.Bdf, 4, 6, 2);
        var made = new ExchangeInterrupts(guest, function, at, bar + (place & ~7u), bar + (bits & ~7u));
        machine.Connect(function.Bdf, made.Heard.Add);
        return made;
    }

    /// <summary>Writes the vector, unmasked, and turns MSI-X on.</summary>
    public async Task Arm(bool masked = false)
    {
        ulong entry = table + 16 * Vector;
        await Machine.WriteMmio(entry, (uint)Machine.MessageAddress);
        await Machine.WriteMmio(entry + 4, 0);
        await Machine.WriteMmio(entry + 8, Data);
        await Mask(masked);
        await SetControl(0x8000);
    }

    public Task Mask(bool masked) => Machine.WriteMmio(table + 16 * Vector + 12, masked ? 1u : 0);

    public Task SetControl(uint value) => Machine.WriteConfig(function.Bdf, msix + 2, value, 2);

    public async Task<bool> IsPending() => (await Machine.ReadMmio(pending, 8) >> Vector & 1) != 0;

    public async Task<uint> VectorControl() => (uint)await Machine.ReadMmio(table + 16 * Vector + 12);

    public Task<uint> Control() => Machine.ReadConfig(function.Bdf, msix + 2, 2);

    /// <summary>Has the device answer a discovery, and interrupt for it; then time passes.</summary>
    public async Task Exchange()
    {
        await Machine.WriteConfig(function.Bdf, exchange + 8, 1); // abort: what was there is dropped
        await Machine.WriteConfig(function.Bdf, exchange + 0xC, 2);
        foreach (uint word in (uint[])[1, 3, 0])
            await Machine.WriteConfig(function.Bdf, exchange + 0x10, word);
        await Machine.WriteConfig(function.Bdf, exchange + 8, 0x8000_0002);
        await Machine.Wait(SimDuration.FromMicroseconds(20));
    }
}
