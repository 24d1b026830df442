using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Programs HDM decoders: the register writes of a commit and of a reset, in Linux's order, and the count of what is committed.</summary>
/// <remarks>
/// All accesses are 32 bits wide. A commit reads the control register, writes base, size and target list (of an endpoint: DPA skip), high half first, then control with IG, IW, type and COMMIT, and polls
/// control every millisecond, twenty times at most. A reset clears COMMIT first and zeroes size and base after it; IG, IW and the target list stay as they were.
/// </remarks>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
/// <param name="log">Takes what the kernel would have logged.</param>
public sealed class DecoderProgrammer(IMmioBus mmio, ISoftwareClock clock, List<string> log)
{
    /// <summary>How often control is polled before a commit is given up: 20 times, a millisecond apart. Hardware has 10 ms.</summary>
    public const int PollsMax = 20;

    private const uint InterleaveMask = 0xFF;
    private const uint CommitBit = 0x200;
    private const uint CommittedBit = 0x400;
    private const uint NotCommittedBit = 0x800;
    private const uint TypeBit = 0x1000;
    private const uint BackInvalidateBit = 0x2000;
    private static readonly SimDuration pollInterval = SimDuration.FromMilliseconds(1);

    /// <summary>Commits a decoder with the range, interleave, type and targets (skip) that its object holds. Nothing happens if it is committed.</summary>
    /// <param name="decoder">Of a port or an endpoint.</param>
    /// <param name="backInvalidate">Whether the range is coherent by back-invalidate (HDM-DB): sets BI.</param>
    /// <exception cref="ErrnoException">
    /// EBUSY: not the decoder after the last committed one, or the device is sanitizing. EIO: the hardware refused. ETIMEDOUT: it said nothing for 20 ms; COMMIT stays set then. ENXIO: the decoder has no
    /// registers and is not that of a port with one target.
    /// </exception>
    public async Task Commit(CxlDecoder decoder, bool backInvalidate)
    {
        if (!HasRegisters(decoder))
        {
            if (decoder is CxlSwitchDecoder { TargetsMax: <= 1 })
                return;
            throw new ErrnoException(
                Errno.ENXIO, $"{decoder.Name} has no registers to commit: that works for a pass-through decoder with one target, or with an HDM decoder capability");
        }

        if (decoder.Enabled)
            return;
        CxlPort port = decoder.Port;
        if (decoder.Instance != port.CommitEnd + 1)
        {
            throw new ErrnoException(
                Errno.EBUSY, $"{decoder.Name} is committed out of order: the next one of {port.Name} is decoder{port.Id}.{port.CommitEnd + 1}");
        }

        if (port.Memdev is { IsAccelerator: false, SanitizeActive: true } memdev)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} cannot be committed while {memdev.Name} is being sanitized");
        await Write(decoder, backInvalidate);
        await AwaitCommit(decoder);
        port.CommitEnd++;
        decoder.Enabled = true;
    }

    /// <summary>Takes a decoder back: clears COMMIT, then size and base. Nothing happens if it is not committed, is locked, or has no registers.</summary>
    /// <remarks>Out of order it leaves a hole: the count of committed decoders goes down, past all that are free then, when the last one is reset.</remarks>
    public async Task Reset(CxlDecoder decoder)
    {
        if (!HasRegisters(decoder) || !decoder.Enabled || decoder.Locked)
            return;
        CxlPort port = decoder.Port;
        if (port.CommitEnd != decoder.Instance)
            log.Add($"{port.Name}: {decoder.Name} is reset out of order, decoder{port.Id}.{port.CommitEnd} was expected; what lies between stays unusable until that one is reset");
        ulong at = AddressOf(decoder);
        uint control = (uint)await mmio.ReadMmio(at + HdmDecoderRegisters.ControlOffset);
        await mmio.WriteMmio(at + HdmDecoderRegisters.ControlOffset, control & ~CommitBit);
        await mmio.WriteMmio(at + HdmDecoderRegisters.SizeOffset + 4, 0);
        await mmio.WriteMmio(at + HdmDecoderRegisters.SizeOffset, 0);
        await mmio.WriteMmio(at + HdmDecoderRegisters.BaseOffset + 4, 0);
        await mmio.WriteMmio(at + HdmDecoderRegisters.BaseOffset, 0);
        decoder.Enabled = false;
        if (decoder is CxlEndpointDecoder endpoint)
            endpoint.IsAuto = false;
        while (port.CommitEnd >= 0 && !port.Decoders[port.CommitEnd].Enabled)
            port.CommitEnd--;
    }

    private static bool HasRegisters(CxlDecoder decoder) =>
        decoder.Port.HdmDecoders != 0 && decoder is not (CxlRootDecoder or CxlSwitchDecoder { IsPassThrough: true } or CxlEndpointDecoder { IsDvsecRange: true });

    private static ulong AddressOf(CxlDecoder decoder) => decoder.Port.HdmDecoders + (ulong)HdmCapabilityRegisters.DecoderOffset(decoder.Instance);

    private async Task Write(CxlDecoder decoder, bool backInvalidate)
    {
        ulong at = AddressOf(decoder);
        uint control = (uint)await mmio.ReadMmio(at + HdmDecoderRegisters.ControlOffset);
        if (control != uint.MaxValue && (control & CommitBit) != 0)
        {
            // A commit that was given up on may have come about later: what it froze would be taken for what is asked for now.
            log.Add($"{decoder.Name}: control reads 0x{control:x8} before it is programmed; a commit that was given up on is taken back");
            await mmio.WriteMmio(at + HdmDecoderRegisters.ControlOffset, control & ~CommitBit);
        }

        control &= ~(InterleaveMask | TypeBit | BackInvalidateBit);
        control |= HdmDecoderSettings.CommitWord(decoder.Interleave, decoder.TargetType, backInvalidate);
        await WriteHalves(at + HdmDecoderRegisters.BaseOffset, decoder.Base.Value);
        await WriteHalves(at + HdmDecoderRegisters.SizeOffset, decoder.Size.Bytes);
        await WriteHalves(at + HdmDecoderRegisters.TargetsOffset, TargetsOrSkip(decoder));
        await mmio.WriteMmio(at + HdmDecoderRegisters.ControlOffset, control);
    }

    private async Task WriteHalves(ulong address, ulong value)
    {
        await mmio.WriteMmio(address + 4, value >> 32);
        await mmio.WriteMmio(address, (uint)value);
    }

    private static ulong TargetsOrSkip(CxlDecoder decoder)
    {
        if (decoder is not CxlSwitchDecoder port)
            return ((CxlEndpointDecoder)decoder).DpaSkip.Bytes;
        ulong targets = 0;
        for (int slot = 0; slot < port.Interleave.Ways && slot < port.Targets.Count; slot++)
            targets |= (ulong)(byte)port.Targets[slot].Id << (8 * slot);
        return targets;
    }

    private async Task AwaitCommit(CxlDecoder decoder)
    {
        ulong control = AddressOf(decoder) + HdmDecoderRegisters.ControlOffset;
        uint value = 0;
        for (int polls = 0; polls < PollsMax; polls++)
        {
            value = (uint)await mmio.ReadMmio(control);
            if ((value & NotCommittedBit) != 0)
            {
                await mmio.WriteMmio(control, value & ~CommitBit);
                throw Refused(decoder, value);
            }

            if ((value & CommittedBit) != 0)
                return;
            await clock.Wait(pollInterval);
        }

        throw new ErrnoException(Errno.ETIMEDOUT, $"{decoder.Name} has not committed after 20 ms: control reads 0x{value:x8}, with neither Committed nor Error Not Committed");
    }

    private static ErrnoException Refused(CxlDecoder decoder, uint control) => new(
        Errno.EIO,
        control == uint.MaxValue
            ? $"{decoder.Name} does not answer any more: control reads 0xffffffff, Committed was expected"
            : $"{decoder.Name} was refused by the hardware: control reads 0x{control:x8}, Error Not Committed, for base {decoder.Base}, size {decoder.Size}, {decoder.Interleave.Ways} ways of {decoder.Interleave.Granularity} bytes and {(decoder is CxlSwitchDecoder ? "targets" : "DPA skip")} 0x{TargetsOrSkip(decoder):x}; Committed was expected");
}
