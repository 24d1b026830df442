using CxlTopology.Specification;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>MSI-X of a guest's device: the capability's control and the vector table are the VMM's; what the guest arms there is armed in the device by request.</summary>
public sealed class VirtualInterrupts
{
    private const int VectorBytes = 16;
    private const ushort Enable = 1 << 15;
    private const ushort MaskAll = 1 << 14;
    private readonly VirtualMachine machine;
    private readonly int file;
    private readonly int capability;
    private readonly int tableBar;
    private readonly ulong tableOffset;
    private readonly byte[] table;
    private readonly int[] events;
    private ushort control;

    private VirtualInterrupts(VirtualMachine machine, int file, int capability, int tableBar, ulong tableOffset, int vectors)
    {
        (this.machine, this.file, this.capability, this.tableBar, this.tableOffset) = (machine, file, capability, tableBar, tableOffset);
        table = new byte[vectors * VectorBytes];
        events = new int[vectors];
        Array.Fill(events, -1);
        control = (ushort)Math.Max(vectors - 1, 0);
        for (int vector = 0; vector < vectors; vector++)
            table[vector * VectorBytes + 12] = 1; // masked
    }

    /// <summary>Vectors.</summary>
    public int Vectors => events.Length;

    /// <summary>Whether the guest has MSI-X on.</summary>
    public bool IsEnabled => (control & Enable) != 0;

    /// <summary>Interrupts of a vector that came since it was last asked, and were not masked.</summary>
    public async Task<ulong> Take(int vector)
    {
        if (events[vector] < 0)
            return 0;
        var count = new byte[8];
        try
        {
            await machine.Process.Read(events[vector], 0, count);
        }
        catch (Software.ErrnoException)
        {
            return 0; // none came
        }

        return U64(count, 0);
    }

    internal static async Task<VirtualInterrupts> Find(VirtualMachine machine, int file, Func<int, int, Task<uint>> read)
    {
        const int Capabilities = 0x34;
        const int CapabilitiesMax = 48;
        const uint MsixId = 0x11;
        int at = (int)await read(Capabilities, 1);
        for (int left = CapabilitiesMax; at >= 0x40 && left > 0; left--)
        {
            uint head = await read(at, 4);
            if ((head & 0xFF) == MsixId)
            {
                uint place = await read(at + 4, 4);
                return new VirtualInterrupts(machine, file, at, (int)(place & 7), place & ~7u, (int)(head >> 16 & 0x7FF) + 1);
            }

            at = (int)(head >> 8 & 0xFC);
        }

        return new VirtualInterrupts(machine, file, 0, -1, 0, 0);
    }

    internal uint? ReadConfig(int offset, int bytes)
    {
        if (capability == 0 || offset != capability + 2 || bytes != 2)
            return null;
        return control;
    }

    internal async Task<bool> WriteConfig(int offset, int bytes, uint value)
    {
        if (capability == 0 || offset > capability + 3 || offset + bytes <= capability + 2)
            return false;
        int shift = 8 * (capability + 2 - offset);
        uint written = (shift >= 0 ? value >> shift : value << -shift) & (Enable | MaskAll);
        uint mask = (uint)IoWidth.AllOnes(bytes);
        mask = (shift >= 0 ? mask >> shift : mask << -shift) & (Enable | MaskAll);
        bool was = IsEnabled;
        control = (ushort)(control & ~mask | written);
        if (IsEnabled || was)
            await Arm();
        return true;
    }

    internal ulong? ReadTable(int bar, ulong offset, int bytes) =>
        IsTable(bar, offset, bytes) ? Get(table.AsSpan((int)(offset - tableOffset), bytes)) : null;

    internal async Task<bool> WriteTable(int bar, ulong offset, int bytes, ulong value)
    {
        if (!IsTable(bar, offset, bytes))
            return false;
        Set(table.AsSpan((int)(offset - tableOffset), bytes), value);
        if (IsEnabled)
            await Arm();
        return true;
    }

    private bool IsTable(int bar, ulong offset, int bytes) =>
        bar == tableBar && offset >= tableOffset && offset - tableOffset + (ulong)bytes <= (ulong)table.Length;

    private bool IsOpen(int vector) => IsEnabled && (control & MaskAll) == 0 && (table[vector * VectorBytes + 12] & 1) == 0;

    private async Task Arm()
    {
        const int Header = 20;
        bool any = false;
        var request = new byte[Header + 4 * events.Length];
        for (int vector = 0; vector < events.Length; vector++)
        {
            if (IsOpen(vector) && events[vector] < 0)
                events[vector] = machine.Process.OpenEvent();
            bool open = IsOpen(vector);
            any |= open;
            Put(request, Header + 4 * vector, open ? (uint)events[vector] : uint.MaxValue);
        }

        if (!any && !wasArmed)
            return;
        wasArmed = true;
        Put(request, 0, (uint)request.Length);
        Put(request, 4, (uint)(VfioIrqSetFlags.DataEventfd | VfioIrqSetFlags.Trigger));
        Put(request, 8, (uint)VfioIrqIndex.Msix);
        Put(request, 16, (uint)events.Length);
        await machine.Try(() => machine.Process.Ioctl(file, VfioRequest.DeviceSetIrqs, request));
    }

    private bool wasArmed;
}
