using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The logical devices of a multi-logical device, and the hot reset of one (LD-ID Hot Reset Vector of the MLD DVSEC).</summary>
/// <remarks>
/// Each has an equal share of the device's memory, logical device 0 the first, the last what is left over. A hot reset of one, which its fabric manager asks for, takes no time: its decoders are lost, locked
/// ones too - a decoder that reaches into its share is its own -, and its volatile memory unless the device's registers have it kept; reads of its memory that were under way are dropped, writes completed. The
/// other logical devices, the link and all registers that are the device's go on.
/// </remarks>
public abstract partial class Endpoint
{
    private byte[]? generations; // resets of each logical device, in the lower half of what a request is marked by; null for a device that is no multi-logical one, or before the first

    /// <summary>Logical devices; 0 if it is no multi-logical device.</summary>
    public int LogicalDevices => Configuration.LogicalDevices;

    /// <summary>Hot resets of logical devices that were done.</summary>
    public long LogicalResets { get; private set; }

    /// <summary>The memory of a logical device: its first device address and the first one past it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such logical device.</exception>
    public (Dpa First, Dpa End) LogicalMemory(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, LogicalDevices);
        ulong share = Share;
        ulong first = share * (ulong)number;
        return (new Dpa(first), new Dpa(number == LogicalDevices - 1 ? options.Capacity.Bytes : first + share));
    }

    private ulong Share => options.Capacity.Bytes / PayloadBytes / (ulong)LogicalDevices * PayloadBytes;

    private int LogicalDeviceOf(ulong dpa) => (int)Math.Min((ulong)LogicalDevices - 1, dpa / Share);

    /// <summary>What a request to a device address is marked by, so that its answer is known for one from before a reset.</summary>
    private ushort EpochOf(ulong dpa) => generations is null ? epoch : (ushort)(epoch & 0xFF00 | epoch + generations[LogicalDeviceOf(dpa)] & 0xFF);

    /// <summary>Marks a request that a decoder has claimed.</summary>
    private ushort EpochOf(HdmDecoder decoder, ulong hpa) => generations is null || decoder is not DeviceDecoder own ? epoch : EpochOf(own.DeviceAddressOf(hpa));

    private void ResetLogicalDevices(ushort vector)
    {
        bool keepsVolatile = Function!.KeepsVolatile(ResetKind.Hot);
        for (int number = 0; number < LogicalDevices; number++)
        {
            if ((vector >> number & 1) != 0)
                ResetLogicalDevice(number, keepsVolatile);
        }
    }

    private void ResetLogicalDevice(int number, bool keepsVolatile)
    {
        LogicalResets++;
        (generations ??= new byte[LogicalDevices])[number]++;
        (Dpa first, Dpa end) = LogicalMemory(number);
        if (SurvivalTable.Of(ResetEvent.LogicalDeviceReset, ResetSubject.HdmDecoders) == Survival.Lost)
            Decoders.ResetPart(first.Value, end.Value);
        bool lost = SurvivalTable.Of(ResetEvent.LogicalDeviceReset, ResetSubject.VolatileMemory) switch
        {
            Survival.Lost => true,
            Survival.AsConfigured => !keepsVolatile,
            _ => false,
        };
        if (lost && first.Value < options.Volatile.Bytes)
            Media.Clear(first.Value, Math.Min(end.Value, options.Volatile.Bytes));
        TellLoss();
    }
}
