using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Sends commands to the primary mailbox of a memory device.</summary>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
/// <param name="registers">The address of the mailbox registers.</param>
/// <param name="payloadMax">Bytes that the payload registers hold.</param>
public sealed class MailboxClient(IMmioBus mmio, ISoftwareClock clock, ulong registers, int payloadMax)
{
    private const int Control = 0x04;
    private const int Command = 0x08;
    private const int Status = 0x10;
    private const int Payload = 0x20;
    private const uint Doorbell = 1;
    private static readonly SimDuration timeout = SimDuration.FromSeconds(2);
    private static readonly SimDuration pollMin = SimDuration.FromMicroseconds(10);
    private static readonly SimDuration pollMax = SimDuration.FromMilliseconds(10);

    /// <summary>Bytes that the payload registers hold.</summary>
    public int PayloadMax { get; } = payloadMax;

    /// <summary>Sends a command and takes its answer.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="input">Its payload, up to <see cref="PayloadMax"/> bytes; none by default.</param>
    /// <returns>The payload of the answer.</returns>
    /// <exception cref="ErrnoException">
    /// The payload is too long: EINVAL. The doorbell is still set from before: EBUSY. It is not cleared within 2 s: ETIMEDOUT. The device is gone, or ends the command with a return code: ENXIO; an
    /// invalid physical address: EFAULT; no more poison can be injected: EBUSY.
    /// </exception>
    public async Task<byte[]> Send(MailboxOpcode opcode, ReadOnlyMemory<byte> input = default)
    {
        if (input.Length > PayloadMax)
            throw new ErrnoException(Errno.EINVAL, $"the payload of {opcode} has {input.Length} bytes; the mailbox takes up to {PayloadMax}");
        if (await IsBusy(opcode))
            throw new ErrnoException(Errno.EBUSY, $"the mailbox is busy: its doorbell is set before {opcode} was sent");
        await mmio.WriteMmio(registers + Command, (ushort)opcode | (ulong)input.Length << 16, 8);
        await Write(input);
        await mmio.WriteMmio(registers + Control, Doorbell);
        await WaitForAnswer(opcode);
        var code = (MailboxReturnCode)(ushort)(await mmio.ReadMmio(registers + Status, 8) >> 32);
        if (code != MailboxReturnCode.Success)
            throw new ErrnoException(ErrnoOf(code), $"{opcode} ended with the mailbox return code 0x{(int)code:x} ({code})");
        int length = (int)(await mmio.ReadMmio(registers + Command, 8) >> 16 & 0x1F_FFFF);
        return await Read(Math.Min(length, PayloadMax));
    }

    private async Task<bool> IsBusy(MailboxOpcode opcode)
    {
        uint control = (uint)await mmio.ReadMmio(registers + Control);
        return control == uint.MaxValue
            ? throw new ErrnoException(Errno.ENXIO, $"the mailbox does not answer to {opcode}: its control register reads 0xffffffff")
            : (control & Doorbell) != 0;
    }

    private async Task WaitForAnswer(MailboxOpcode opcode)
    {
        SimTime deadline = clock.Now + timeout;
        for (SimDuration pause = pollMin; ; pause = pause < pollMax ? pause * 2 : pollMax)
        {
            await clock.Wait(pause);
            if (!await IsBusy(opcode))
                return;
            if (clock.Now >= deadline)
                throw new ErrnoException(Errno.ETIMEDOUT, $"the mailbox did not clear its doorbell within 2 s of {opcode}");
        }
    }

    private static Errno ErrnoOf(MailboxReturnCode code) => code switch
    {
        MailboxReturnCode.InvalidPhysicalAddress => Errno.EFAULT,
        MailboxReturnCode.InjectPoisonLimit => Errno.EBUSY,
        _ => Errno.ENXIO,
    };

    private async Task Write(ReadOnlyMemory<byte> input)
    {
        var word = new byte[8];
        for (int at = 0; at < input.Length; at += 8)
        {
            Array.Clear(word);
            input.Span[at..Math.Min(at + 8, input.Length)].CopyTo(word);
            await mmio.WriteMmio(registers + Payload + (ulong)at, BitConverter.ToUInt64(word), 8);
        }
    }

    private async Task<byte[]> Read(int length)
    {
        var output = new byte[length];
        for (int at = 0; at < length; at += 8)
        {
            byte[] word = BitConverter.GetBytes(await mmio.ReadMmio(registers + Payload + (ulong)at, 8));
            word.AsSpan(0, Math.Min(8, length - at)).CopyTo(output.AsSpan(at));
        }

        return output;
    }
}
