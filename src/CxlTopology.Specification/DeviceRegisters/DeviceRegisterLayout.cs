namespace CxlTopology.Specification;

/// <summary>
/// The device registers of a memory device: the array, device status, the mailbox with its payload, memory device status.
/// </summary>
public sealed class DeviceRegisterLayout
{
    /// <summary>Bytes of the device registers.</summary>
    public const int Length = 0x10000;

    /// <summary>The smallest payload, as a logarithm: 256 bytes.</summary>
    public const int PayloadShiftMin = 8;

    /// <summary>The largest payload here, as a logarithm: 32 KiB, so that all fits into 64 KiB.</summary>
    public const int PayloadShiftMax = 15;

    private const int StatusOffset = 0x80;

    private static readonly DeviceRegisterLayout?[] known = new DeviceRegisterLayout?[PayloadShiftMax + 1];

    private DeviceRegisterLayout(int payloadShift)
    {
        PayloadLength = 1 << payloadShift;
        RegisterLayoutBuilder builder = new("memory device registers", Length);
        Array = builder.Add(DeviceCapabilityArray.Map, 0, ResetClass.Function);
        Status = builder.Add(DeviceStatusRegisters.Map, StatusOffset, ResetClass.CacheMem);
        Mailbox = builder.Add(MailboxRegisters.Map, StatusOffset + Status.Length, ResetClass.Function);
        int payloadOffset = Mailbox.Offset + Mailbox.Length;
        Payload = builder.Reserve("mailbox payload", payloadOffset, PayloadLength);
        MemoryDevice = builder.Add(MemoryDeviceStatusRegisters.Map, payloadOffset + PayloadLength, ResetClass.CacheMem);

        builder.Set(Array, DeviceCapabilityArray.StatusOffset, (uint)Status.Offset)
            .Set(Array, DeviceCapabilityArray.StatusLength, (uint)Status.Length)
            .Set(Array, DeviceCapabilityArray.MailboxOffset, (uint)Mailbox.Offset)
            .Set(Array, DeviceCapabilityArray.MailboxLength, (uint)(Mailbox.Length + PayloadLength))
            .Set(Array, DeviceCapabilityArray.MemoryDeviceOffset, (uint)MemoryDevice.Offset)
            .Set(Array, DeviceCapabilityArray.MemoryDeviceLength, (uint)MemoryDevice.Length)
            .Set(Mailbox, MailboxRegisters.PayloadSize, (byte)payloadShift)
            .Set(Mailbox, MailboxRegisters.DoorbellInterruptCapable, true)
            .Set(Mailbox, MailboxRegisters.Type, (byte)1);
        Registers = builder.Build();
    }

    /// <summary>The space.</summary>
    public RegisterLayout Registers { get; }

    /// <summary>The array.</summary>
    public RegisterBlock Array { get; }

    /// <summary>Device status.</summary>
    public RegisterBlock Status { get; }

    /// <summary>The mailbox, without its payload.</summary>
    public RegisterBlock Mailbox { get; }

    /// <summary>Its payload.</summary>
    public RegisterRange Payload { get; }

    /// <summary>Bytes of payload.</summary>
    public int PayloadLength { get; }

    /// <summary>Memory device status.</summary>
    public RegisterBlock MemoryDevice { get; }

    /// <summary>The layout for a size of payload. The same instance every time.</summary>
    /// <param name="payloadShift">Its logarithm, 8 to 15: 256 bytes to 32 KiB. 11, 2 KiB, by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public static DeviceRegisterLayout For(int payloadShift = 11)
    {
        if (payloadShift is < PayloadShiftMin or > PayloadShiftMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(payloadShift), payloadShift, $"Payloads are 2^{PayloadShiftMin} to 2^{PayloadShiftMax} bytes.");
        }

        lock (known)
            return known[payloadShift] ??= new DeviceRegisterLayout(payloadShift);
    }
}
