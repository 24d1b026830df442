namespace CxlTopology.Software;

/// <summary>The configuration of a function that software has set and a reset loses, saved to be written back.</summary>
/// <remarks>
/// Header (command, cache line size, BARs, interrupt line), the control registers of the PCI Express capability, masks and severities of
/// Advanced Error Reporting, MSI-X control and, while MSI-X is enabled, its vectors.
/// </remarks>
internal sealed class PciState
{
    /// <summary>Offset of the command register.</summary>
    public const int Command = 0x04;

    /// <summary>Command: memory space.</summary>
    public const uint MemorySpace = 1 << 1;

    /// <summary>Command: bus master.</summary>
    public const uint BusMaster = 1 << 2;

    /// <summary>Command: legacy interrupts are disabled; alone, the function is as good as off.</summary>
    public const uint InterruptDisable = 1 << 10;

    private const int CacheLine = 0x0C;
    private const int FirstBar = 0x10;
    private const int LastBar = 0x24;
    private const int InterruptLine = 0x3C;
    private const int CapabilityPointer = 0x34;
    private const byte MsixId = 0x11;
    private const ushort AerId = 1;
    private const int CapabilitiesMax = 48;
    private static readonly int[] express = [0x08, 0x10, 0x28, 0x30];
    private static readonly int[] errors = [0x08, 0x0C, 0x14, 0x18];
    private readonly PciDevice device;
    private readonly List<(int Offset, int Bytes, uint Value)> registers = [];
    private readonly List<(ulong Address, uint Value)> vectors = [];
    private uint command;

    private PciState(PciDevice device) => this.device = device;

    /// <summary>Reads the state of a function.</summary>
    public static async Task<PciState> Save(IConfigurationBus configuration, IMmioBus mmio, PciDevice device)
    {
        var state = new PciState(device) { command = await configuration.ReadConfig(device.Bdf, Command, 2) };
        await state.Keep(configuration, CacheLine, 1);
        for (int bar = FirstBar; bar <= LastBar; bar += 4)
            await state.Keep(configuration, bar, 4);
        await state.Keep(configuration, InterruptLine, 1);
        foreach (int offset in device.ExpressCapability == 0 ? [] : express)
            await state.Keep(configuration, device.ExpressCapability + offset, 2);
        foreach ((ushort id, int offset) in device.ExtendedCapabilities)
        {
            foreach (int register in id == AerId ? errors : [])
                await state.Keep(configuration, offset + register, 4);
        }

        await state.KeepVectors(configuration, mmio);
        return state;
    }

    /// <summary>Turns the function off before it is reset: no memory, no requests of its own, no interrupts.</summary>
    public Task TurnOff(IConfigurationBus configuration) => configuration.WriteConfig(device.Bdf, Command, InterruptDisable, 2);

    /// <summary>Writes the state back: memory on and bus master off meanwhile, the command register as it was at the end.</summary>
    public async Task Restore(IConfigurationBus configuration, IMmioBus mmio)
    {
        foreach ((int offset, int bytes, uint value) in registers)
            await configuration.WriteConfig(device.Bdf, offset, value, bytes);
        await configuration.WriteConfig(device.Bdf, Command, (command | MemorySpace) & ~BusMaster, 2);
        foreach ((ulong address, uint value) in vectors)
            await mmio.WriteMmio(address, value);
    }

    /// <summary>Writes the command register as it was: the function works again.</summary>
    public Task Enable(IConfigurationBus configuration) => configuration.WriteConfig(device.Bdf, Command, command, 2);

    private async Task Keep(IConfigurationBus configuration, int offset, int bytes) =>
        registers.Add((offset, bytes, await configuration.ReadConfig(device.Bdf, offset, bytes)));

    private async Task KeepVectors(IConfigurationBus configuration, IMmioBus mmio)
    {
        const uint Enabled = 1 << 15;
        int at = (int)await configuration.ReadConfig(device.Bdf, CapabilityPointer, 1);
        for (int left = CapabilitiesMax; at >= 0x40 && left > 0; left--)
        {
            uint head = await configuration.ReadConfig(device.Bdf, at);
            if ((head & 0xFF) == MsixId)
            {
                await Keep(configuration, at + 2, 2);
                uint table = await configuration.ReadConfig(device.Bdf, at + 4);
                PciBar? bar = device.Bars.Find(b => b.Index == (int)(table & 7));
                int words = (head >> 16 & Enabled) != 0 && bar is not null ? 4 * ((int)(head >> 16 & 0x7FF) + 1) : 0;
                for (int i = 0; i < words; i++)
                {
                    ulong address = bar!.Base + (table & ~7u) + 4 * (ulong)i;
                    vectors.Add((address, (uint)await mmio.ReadMmio(address)));
                }

                return;
            }

            at = (int)(head >> 8 & 0xFC);
        }
    }
}
