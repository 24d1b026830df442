using CxlTopology.Software;
using CxlTopology.Specification;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>MSI-X of a guest's device: what the guest arms in the VMM's vector table is armed in the device by request, and what then comes by an eventfd goes into the guest.</summary>
/// <remarks>
/// A vector that the guest has had open once since it turned MSI-X on keeps its eventfd: while it is masked an interrupt sets its pending bit, and is delivered when it is unmasked, once
/// however many there were. One that the guest never opened stays masked in the device, which holds the pending bit itself. Turning MSI-X off, and a reset, take everything back.
/// </remarks>
public sealed class VirtualInterrupts
{
    private readonly VirtualMachine machine;
    private readonly int file;
    private readonly int capability;
    private readonly (int Bar, ulong Offset) table;
    private readonly (int Bar, ulong Offset) pending;
    private readonly VirtualMsix state;
    private readonly int[] events; // by vector; -1 for one that has none yet
    private readonly bool[] used; // opened since MSI-X was turned on
    private readonly ulong[] taken; // delivered since somebody asked
    private bool armed;

    private VirtualInterrupts(VirtualMachine machine, int file, int capability, (int, ulong) table, (int, ulong) pending, int vectors)
    {
        (this.machine, this.file, this.capability, this.table, this.pending) = (machine, file, capability, table, pending);
        state = new VirtualMsix(vectors);
        events = new int[vectors];
        Array.Fill(events, -1);
        used = new bool[vectors];
        taken = new ulong[vectors];
    }

    /// <summary>Vectors.</summary>
    public int Vectors => state.Vectors;

    /// <summary>Whether the guest has MSI-X on.</summary>
    public bool IsEnabled => state.IsEnabled;

    /// <summary>Interrupts that went into the guest.</summary>
    public long Delivered { get; private set; }

    /// <summary>Interrupts that came while MSI-X was off in the guest, and were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Called when one is to go into the guest: the address and the data that the guest gave its vector.</summary>
    internal Action<ulong, uint>? Inject { get; set; }

    /// <summary>Whether a vector was raised while the guest had it masked.</summary>
    public bool IsPending(int vector) => state.IsPending(vector);

    /// <summary>How often a vector was delivered since it was last asked.</summary>
    public Task<ulong> Take(int vector)
    {
        ulong count = taken[vector];
        taken[vector] = 0;
        return Task.FromResult(count);
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
                uint bits = await read(at + 8, 4);
                return new VirtualInterrupts(machine, file, at, ((int)(place & 7), place & ~7u), ((int)(bits & 7), bits & ~7u), (int)(head >> 16 & 0x7FF) + 1);
            }

            at = (int)(head >> 8 & 0xFC);
        }

        return new VirtualInterrupts(machine, file, 0, (-1, 0), (-1, 0), 0);
    }

    /// <summary>Whether a read of configuration space is of nothing but the control of MSI-X: the device has not to be asked.</summary>
    internal bool Owns(int offset, int bytes) => HasControl(offset, bytes) && offset >= capability + 2 && offset + bytes <= capability + 4;

    /// <summary>What the guest reads of configuration space, where the device says <paramref name="value"/>: the control of MSI-X is the VMM's, however wide the read.</summary>
    internal uint ReadConfig(int offset, int bytes, uint value)
    {
        if (!HasControl(offset, bytes))
            return value;
        int shift = 8 * (capability + 2 - offset);
        uint mask = Shifted(ushort.MaxValue, shift) & (uint)IoWidth.AllOnes(bytes);
        return value & ~mask | Shifted(state.Control, shift) & mask;
    }

    internal async Task<bool> WriteConfig(int offset, int bytes, uint value)
    {
        if (!HasControl(offset, bytes))
            return false;
        int shift = 8 * (offset - (capability + 2));
        uint mask = Shifted((uint)IoWidth.AllOnes(bytes), shift);
        state.Control = (ushort)(state.Control & ~mask | Shifted(value, shift) & mask);
        await Follow();
        return true;
    }

    private bool HasControl(int offset, int bytes) => capability != 0 && offset <= capability + 3 && offset + bytes > capability + 2;

    private static uint Shifted(uint value, int left) => left >= 0 ? value << left : value >> -left;

    internal ulong? ReadTable(int bar, ulong offset, int bytes) =>
        IsIn(table, state.TableLength, bar, offset, bytes) ? state.ReadTable((int)(offset - table.Offset), bytes) : null;

    /// <summary>The pending bits that the VMM holds, of those that a read of the device's covers; 0 elsewhere.</summary>
    internal ulong PendingAt(int bar, ulong offset, int bytes) =>
        IsIn(pending, state.PendingLength, bar, offset, bytes) && offset % (uint)bytes == 0 ? state.ReadPending((int)(offset - pending.Offset), bytes) : 0;

    internal async Task<bool> WriteTable(int bar, ulong offset, int bytes, ulong value)
    {
        if (!IsIn(table, state.TableLength, bar, offset, bytes))
            return false;
        state.WriteTable((int)(offset - table.Offset), bytes, value);
        if (IsEnabled)
            await Follow();
        return true;
    }

    /// <summary>The device was reset: MSI-X is off, the table as after power-up, and what was pending is gone.</summary>
    internal Task Reset()
    {
        state.Reset();
        return Follow();
    }

    /// <summary>Does for the device what the guest has written: arms, disarms, delivers what is pending.</summary>
    private async Task Follow()
    {
        if (IsEnabled)
            await Arm();
        else if (armed)
            await Disarm();
        while (state.TakePending() is var vector and >= 0)
            Deliver(vector);
    }

    private async Task Arm()
    {
        bool changed = !armed;
        for (int vector = 0; vector < used.Length; vector++)
        {
            if (used[vector] || !state.IsOpen(vector) || !TryOpen(vector))
                continue;
            changed = used[vector] = true;
        }

        if (!changed)
            return;
        armed = true;
        const int Header = 20;
        var request = new byte[Header + 4 * events.Length];
        for (int vector = 0; vector < events.Length; vector++)
            Put(request, Header + 4 * vector, used[vector] ? (uint)events[vector] : uint.MaxValue);
        await Ask(request, VfioIrqSetFlags.DataEventfd | VfioIrqSetFlags.Trigger, events.Length);
    }

    private async Task Disarm()
    {
        armed = false;
        Array.Clear(used);
        await Ask(new byte[20], VfioIrqSetFlags.DataNone | VfioIrqSetFlags.Trigger, 0);
    }

    private Task Ask(byte[] request, VfioIrqSetFlags flags, int count)
    {
        Put(request, 0, (uint)request.Length);
        Put(request, 4, (uint)flags);
        Put(request, 8, (uint)VfioIrqIndex.Msix);
        Put(request, 16, (uint)count);
        return machine.Try(() => machine.Process.Ioctl(file, VfioRequest.DeviceSetIrqs, request));
    }

    private bool TryOpen(int vector)
    {
        if (events[vector] >= 0)
            return true;
        try
        {
            events[vector] = machine.Process.OpenEvent();
        }
        catch (ErrnoException problem)
        {
            machine.Note($"vector {vector} has no eventfd: {problem.Errno}: {problem.Message}");
            return false;
        }

        EventFile opened = machine.Process.Find<EventFile>(events[vector])!;
        opened.Signalled = () => OnSignal(vector, opened);
        return true;
    }

    private void OnSignal(int vector, EventFile from)
    {
        from.Take();
        if (!IsEnabled)
            Dropped++;
        else if (state.IsOpen(vector))
            Deliver(vector);
        else
            state.SetPending(vector, true);
    }

    private void Deliver(int vector)
    {
        taken[vector]++;
        Delivered++;
        (ulong address, uint data) = state.MessageOf(vector);
        Inject?.Invoke(address, data);
    }

    private static bool IsIn((int Bar, ulong Offset) place, int length, int bar, ulong offset, int bytes) =>
        bar == place.Bar && offset >= place.Offset && offset - place.Offset + (ulong)bytes <= (ulong)length;
}
