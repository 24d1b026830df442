using CxlTopology.Software;
using CxlTopology.Specification;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>The interrupts of a device: what can be armed, and what is.</summary>
/// <remarks>MSI-X vectors, one error and one request interrupt. The pin is not offered, MSI is not there. Arming writes the device's vector table, and enables MSI-X in its capability; what the device then sends comes by the host's interrupts, which know who sent it.</remarks>
public sealed class InterruptTable
{
    private const int InfoLength = 16;
    private const int SetLength = 20;
    private const int VectorBytes = 16;
    private const ushort MsixEnable = 1 << 15;
    private readonly VfioPciDevice device;
    private readonly EventFile?[] singles = new EventFile?[VfioIrqIndex.Count];
    private EventFile?[] vectors = [];
    private bool armed;

    internal InterruptTable(VfioPciDevice device) => this.device = device;

    /// <summary>The BAR with the vector table; -1 without MSI-X.</summary>
    public int TableBar { get; private set; } = -1;

    /// <summary>Where in it the table starts.</summary>
    public ulong TableOffset { get; private set; }

    /// <summary>Bytes of the table.</summary>
    public ulong TableLength => (ulong)(vectors.Length * VectorBytes);

    /// <summary>MSI-X vectors.</summary>
    public int Vectors => vectors.Length;

    /// <summary>Finds out what there is.</summary>
    internal async Task Initialize()
    {
        (TableBar, TableOffset, vectors, armed) = (-1, 0, [], false);
        int msix = device.Configuration.Msix;
        if (msix == 0)
            return;
        uint count = (await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, msix + 2, 2) & 0x7FF) + 1;
        uint table = await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, msix + 4);
        (TableBar, TableOffset, vectors) = ((int)(table & 7), table & ~7u, new EventFile?[count]);
    }

    /// <summary>The device sent the message of a vector.</summary>
    /// <param name="vector">The vector; one that is not armed is lost.</param>
    public void Raise(int vector)
    {
        if (armed && vector >= 0 && vector < vectors.Length && vectors[vector] is { } to)
            to.Signal();
        else
            Lost++;
    }

    /// <summary>Interrupts that came for a vector that nobody had armed.</summary>
    public long Lost { get; private set; }

    /// <summary>After a reset of the device: the vectors that are armed are written to its table again.</summary>
    internal async Task Restore()
    {
        if (!armed)
            return;
        await SetEnable(true);
        for (int i = 0; i < vectors.Length; i++)
        {
            if (vectors[i] is not null)
                await SetVector(i, vectors[i]);
        }
    }

    /// <summary>The device reported an error, or the host asks for it back.</summary>
    /// <param name="index"><see cref="VfioIrqIndex.Error"/> or <see cref="VfioIrqIndex.Request"/>.</param>
    public void RaiseSingle(int index) => singles[index]?.Signal();

    /// <summary>Whether such an event has somebody who hears it.</summary>
    public bool Hears(int index) => singles[index] is not null;

    /// <summary>VFIO_DEVICE_GET_IRQ_INFO.</summary>
    internal int GetInfo(Span<byte> argument)
    {
        int index = I32(argument, 8);
        if (index is < 0 or >= VfioIrqIndex.Count)
            throw new ErrnoException(Errno.EINVAL, $"Interrupt index {index}: 0 to {VfioIrqIndex.Count - 1} are there.");
        VfioIrqFlags flags = index switch
        {
            VfioIrqIndex.Intx => VfioIrqFlags.Eventfd | VfioIrqFlags.Maskable | VfioIrqFlags.Automasked,
            VfioIrqIndex.Msix => VfioIrqFlags.Eventfd,
            _ => VfioIrqFlags.Eventfd | VfioIrqFlags.NoResize,
        };
        Put(argument, 4, (uint)flags);
        Put(argument, 12, (uint)CountOf(index));
        return 0;
    }

    /// <summary>VFIO_DEVICE_SET_IRQS.</summary>
    internal async Task<int> Set(VfioProcess caller, Memory<byte> argument)
    {
        (uint argsz, uint flagBits, int index) = (U32(argument.Span, 0), U32(argument.Span, 4), I32(argument.Span, 8));
        (uint start, uint count) = (U32(argument.Span, 12), U32(argument.Span, 16));
        var flags = (VfioIrqSetFlags)flagBits;
        if (index is < 0 or >= VfioIrqIndex.Count || (flags & ~(VfioIrqSetFlags.Data | VfioIrqSetFlags.Action)) != 0)
            throw Invalid($"index {index}, flags 0x{flagBits:x}: 0 to {VfioIrqIndex.Count - 1} and bits 5:0 are known");
        uint most = (uint)CountOf(index);
        if (start >= most || count > most - start)
            throw Invalid($"vectors {start} to {(ulong)start + count}: index {index} has {most}");
        int size = (flags & VfioIrqSetFlags.Data) switch
        {
            VfioIrqSetFlags.DataNone => 0,
            VfioIrqSetFlags.DataBool => 1,
            VfioIrqSetFlags.DataEventfd => 4,
            _ => throw Invalid($"flags 0x{flagBits:x}: one kind of data has to be said (bits 2:0)"),
        };
        if (argsz - SetLength < (ulong)count * (uint)size || argument.Length - SetLength < (long)count * size)
            throw Invalid($"argsz {argsz}: {SetLength + count * size} bytes are needed for {count} vectors");
        if (size > 0 && count == 0)
            throw Invalid("data for no vector");
        VfioIrqSetFlags action = flags & VfioIrqSetFlags.Action;
        bool known = action switch
        {
            VfioIrqSetFlags.Trigger => true,
            VfioIrqSetFlags.Mask or VfioIrqSetFlags.Unmask => index == VfioIrqIndex.Intx,
            _ => false,
        };
        if (!known)
            throw new ErrnoException(Errno.ENOTTY, $"Interrupt index {index} has no action 0x{(uint)action:x}: 0x20, trigger, is there.");
        ReadOnlyMemory<byte> data = argument.Slice(SetLength, (int)count * size);
        if (index is VfioIrqIndex.Error or VfioIrqIndex.Request)
            return SetSingle(caller, index, flags, count, data);
        await SetVectors(caller, flags, (int)start, (int)count, data);
        return 0;
    }

    /// <summary>Takes everything away.</summary>
    internal async Task Disable()
    {
        Array.Clear(singles);
        await Disarm();
    }

    private int CountOf(int index) => index switch
    {
        VfioIrqIndex.Msix => vectors.Length,
        VfioIrqIndex.Error or VfioIrqIndex.Request => 1,
        _ => 0,
    };

    private int SetSingle(VfioProcess caller, int index, VfioIrqSetFlags flags, uint count, ReadOnlyMemory<byte> data)
    {
        switch (flags & VfioIrqSetFlags.Data)
        {
            case VfioIrqSetFlags.DataNone when singles[index] is null:
                throw Invalid($"index {index} is not armed");
            case VfioIrqSetFlags.DataNone when count == 0:
                singles[index] = null;
                break;
            case VfioIrqSetFlags.DataNone:
                singles[index]!.Signal();
                break;
            case VfioIrqSetFlags.DataBool:
                if (data.Span[0] != 0)
                    singles[index]?.Signal();
                break;
            default:
                singles[index] = EventOf(caller, I32(data.Span, 0));
                break;
        }

        return 0;
    }

    private async Task SetVectors(VfioProcess caller, VfioIrqSetFlags flags, int start, int count, ReadOnlyMemory<byte> data)
    {
        if ((flags & VfioIrqSetFlags.DataEventfd) != 0)
        {
            var events = new EventFile?[count];
            for (int i = 0; i < count; i++)
                events[i] = EventOf(caller, I32(data.Span, 4 * i));
            await Arm();
            for (int i = 0; i < count; i++)
                await SetVector(start + i, events[i]);
            return;
        }

        if (!armed)
            throw Invalid("MSI-X is not armed");
        if ((flags & VfioIrqSetFlags.DataNone) != 0 && count == 0)
        {
            await Disarm();
            return;
        }

        for (int i = 0; i < count; i++)
        {
            if ((flags & VfioIrqSetFlags.DataNone) != 0 || data.Span[i] != 0)
                vectors[start + i]?.Signal();
        }
    }

    private async Task SetVector(int vector, EventFile? to)
    {
        vectors[vector] = to;
        if (device.Bars.FirstOrDefault(b => b.Index == TableBar) is not { } bar || device.IsRemoved)
            return;
        ulong entry = bar.Base + TableOffset + (ulong)(vector * VectorBytes);
        ulong address = device.Hardware.Interrupts?.MessageAddress ?? MessageInterrupt.Base;
        bool wasOff = await device.Configuration.ForceMemory(); // the table is memory of the device, and its user may have turned that off
        await device.Hardware.Mmio.WriteMmio(entry, (uint)address);
        await device.Hardware.Mmio.WriteMmio(entry + 4, (uint)(address >> 32));
        await device.Hardware.Mmio.WriteMmio(entry + 8, (uint)vector);
        await device.Hardware.Mmio.WriteMmio(entry + 12, to is null ? 1u : 0);
        if (wasOff)
            await device.Configuration.ReleaseMemory();
    }

    private async Task Arm()
    {
        if (armed)
            return;
        armed = true;
        device.Hardware.Interrupts?.Connect(device.Function.Bdf, data => Raise((int)data));
        await SetEnable(true);
    }

    private async Task Disarm()
    {
        if (!armed)
            return;
        armed = false;
        device.Hardware.Interrupts?.Disconnect(device.Function.Bdf);
        for (int i = 0; i < vectors.Length; i++)
        {
            if (vectors[i] is not null)
                await SetVector(i, null);
        }

        await SetEnable(false);
    }

    private async Task SetEnable(bool enabled)
    {
        if (device.IsRemoved)
            return;
        int control = device.Configuration.Msix + 2;
        uint now = await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, control, 2);
        await device.Hardware.Configuration.WriteConfig(device.Function.Bdf, control, enabled ? now | MsixEnable : now & ~(uint)MsixEnable, 2);
    }

    private static EventFile? EventOf(VfioProcess caller, int descriptor)
    {
        if (descriptor == -1)
            return null;
        return caller.Find<EventFile>(descriptor) ?? throw Invalid($"file {descriptor} is no eventfd");
    }

    private static ErrnoException Invalid(string what) => new(Errno.EINVAL, $"VFIO_DEVICE_SET_IRQS: {what}.");

    /// <summary>Bytes of an irq info.</summary>
    internal static int InfoBytes => InfoLength;

    /// <summary>Bytes of an irq set without data.</summary>
    internal static int SetBytes => SetLength;
}
