namespace CxlTopology.Specification;

/// <summary>The device registers of one memory device as software accesses them, with its mailbox behind.</summary>
/// <remarks>
/// While the doorbell is set a command is being executed: writes to control, command and payload have no effect. The owner decides how
/// long that takes: after <see cref="Write"/> said that the doorbell was rung, it calls <see cref="Complete"/>. Memory for the payload is
/// taken when it is first written.
/// </remarks>
public sealed class DeviceRegisterPort : IRegisterSpace
{
    private readonly RegisterBank bank;
    private byte[]? payload;

    /// <summary>The device registers of a device.</summary>
    /// <param name="layout">Their layout.</param>
    /// <param name="mailbox">What executes the commands.</param>
    public DeviceRegisterPort(DeviceRegisterLayout layout, MemoryDeviceMailbox mailbox)
    {
        Layout = layout;
        Mailbox = mailbox;
        bank = new RegisterBank(layout.Registers);
    }

    /// <summary>The layout.</summary>
    public DeviceRegisterLayout Layout { get; }

    /// <summary>What executes the commands.</summary>
    public MemoryDeviceMailbox Mailbox { get; }

    /// <summary>The registers, for the model.</summary>
    public RegisterBank Registers => bank;

    /// <summary>A command waits for <see cref="Complete"/>.</summary>
    public bool Executing => bank.Get(Layout.Mailbox, MailboxRegisters.Doorbell);

    /// <summary>The command that waits.</summary>
    public ushort Opcode => bank.Get(Layout.Mailbox, MailboxRegisters.Opcode);

    /// <summary>The payload: the command's before completion, the answer's after.</summary>
    public ReadOnlySpan<byte> Payload => payload;

    /// <inheritdoc/>
    public bool Accepts(long offset, int size) => Layout.Registers.Accepts(offset, size);

    /// <summary>What software reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The layout does not accept the access.</exception>
    public ulong Read(int offset, int size)
    {
        ulong value = bank.Read(offset, size);
        if (payload is null || !Layout.Payload.Contains(offset))
            return value;
        int at = offset - Layout.Payload.Offset;
        for (int i = 0; i < size; i++)
            value |= (ulong)payload[at + i] << (i * 8);
        return value;
    }

    /// <summary>A write by software.</summary>
    /// <returns>Whether it rang the doorbell.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The layout does not accept the access.</exception>
    public bool Write(int offset, int size, ulong value)
    {
        if (!Layout.Payload.Contains(offset))
        {
            bool executing = Executing;
            if (executing && Layout.Mailbox.Contains(offset))
                return false;
            bank.Write(offset, size, value);
            return !executing && Executing;
        }

        bank.Write(offset, size, value);
        if (Executing)
            return false;
        payload ??= new byte[Layout.PayloadLength];
        int at = offset - Layout.Payload.Offset;
        for (int i = 0; i < size; i++)
            payload[at + i] = (byte)(value >> (i * 8));
        return false;
    }

    /// <summary>Executes the command that waits and answers it: payload, length and return code, then the doorbell clears.</summary>
    /// <param name="now">Nanoseconds since the device was reset.</param>
    /// <exception cref="InvalidOperationException">No command waits.</exception>
    public MailboxResult Complete(ulong now)
    {
        if (!Executing)
            throw new InvalidOperationException("The doorbell was not rung.");
        RegisterView view = bank[Layout.Mailbox];
        payload ??= new byte[Layout.PayloadLength];
        int length = MailboxRegisters.PayloadLength(view);
        MailboxResult result = length > Layout.PayloadLength
            ? new MailboxResult(MailboxReturnCode.InvalidPayloadLength)
            : Mailbox.Execute(view.Get(MailboxRegisters.Opcode), payload.AsSpan(0, length), payload, now);
        MailboxRegisters.SetPayloadLength(view, result.Length);
        view.Set(MailboxRegisters.ReturnCode, result.Code);
        view.Set(MailboxRegisters.Doorbell, false);
        RefreshStatus();
        return result;
    }

    /// <summary>To be called after an event was logged: device status says which logs hold records.</summary>
    public void RefreshStatus() => bank.SetWord(Layout.Status.Offset, Mailbox.EventStatus);

    /// <summary>The device came up, or its media changed: what memory device status says.</summary>
    public void SetMedia(MediaStatus media)
    {
        RegisterView view = bank[Layout.MemoryDevice];
        view.Set(MemoryDeviceStatusRegisters.MediaStatus, media);
        view.Set(MemoryDeviceStatusRegisters.MailboxReady, true);
        Mailbox.MediaDisabled = media == MediaStatus.Disabled;
    }

    /// <summary>A reset: a command that waits is dropped.</summary>
    public void Reset(ResetKind kind)
    {
        bank.Reset(kind);
        Mailbox.Reset(kind);
        payload = null;
        RefreshStatus();
    }
}
