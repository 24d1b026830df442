using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Finds the decoders of a port as firmware has left them.</summary>
internal sealed class DecoderProbe(CxlCore core)
{
    private const int BaseLow = 0x00;
    private const int BaseHigh = 0x04;
    private const int SizeLow = 0x08;
    private const int SizeHigh = 0x0C;
    private const int Control = 0x10;
    private const int LastLow = 0x14;
    private const int LastHigh = 0x18;
    private const ulong AddressMask = 0xFFFF_FFFF_F000_0000;
    private const uint Committed = 1 << 10;
    private const uint Lock = 1 << 8;
    private const uint HostOnly = 1 << 12;

    /// <summary>A commit takes up to 10 ms; twice that until what is not committed counts as not committed.</summary>
    private static readonly SimDuration settling = SimDuration.FromMilliseconds(20);

    /// <summary>Enumerates the decoders of a host bridge or a switch with an HDM decoder capability.</summary>
    public async Task Enumerate(CxlPort port)
    {
        await ReadCapability(port);
        await Settle(port);
        for (int i = 0; i < port.Capability.DecoderCount; i++)
        {
            var decoder = new CxlSwitchDecoder { Port = port, Instance = i, TargetsMax = Math.Max(port.Capability.TargetCount, 1) };
            Registers registers = await Read(port, i);
            await Take(decoder, registers, TargetRangeType.HostOnly);
            ulong targets = registers.Last;
            for (int slot = 0; slot < decoder.Interleave.Ways && slot < HdmDecoderRegisters.TargetSlots; slot++)
            {
                byte number = (byte)(targets >> (8 * slot));
                if (port.Dports.Find(d => d.Id == number) is { } dport)
                    decoder.Targets.Add(dport);
                else if (decoder.Enabled)
                    throw new ErrnoException(Errno.ENXIO, $"the target list of {decoder.Name} (0x{targets:x16}) names port {number} in slot {slot}, which {port.Host} does not have; it has {string.Join(", ", port.Dports.Select(d => d.Id))}");
                else
                    break;
            }

            port.Decoders.Add(decoder);
        }
    }

    /// <summary>Enumerates the decoders of an endpoint, or makes them of the ranges of its device DVSEC.</summary>
    public async Task Enumerate(CxlPort endpoint, DeviceRanges ranges)
    {
        CxlMemdev memdev = endpoint.Memdev!;
        if (await Emulates(endpoint, ranges))
        {
            AddRanges(endpoint, ranges);
            return;
        }

        await Settle(endpoint);
        ulong next = 0;
        TargetRangeType type = memdev.IsAccelerator ? TargetRangeType.DeviceCoherent : TargetRangeType.HostOnly;
        for (int i = 0; i < endpoint.Capability.DecoderCount; i++)
        {
            var decoder = new CxlEndpointDecoder { Port = endpoint, Instance = i };
            Registers registers = await Read(endpoint, i);
            await Take(decoder, registers, type);
            if (decoder.Enabled)
            {
                ulong ways = (ulong)decoder.Interleave.Ways;
                if (decoder.Size.Bytes % ways != 0)
                    throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} is committed with a size of 0x{decoder.Size.Bytes:x}, which {ways} ways do not divide");
                ulong skip = registers.Last & AddressMask;
                Reserve(decoder, next + skip, decoder.Size.Bytes / ways, skip);
                next += skip + decoder.Size.Bytes / ways;
                decoder.IsAuto = true;
            }

            endpoint.Decoders.Add(decoder);
        }
    }

    /// <summary>Reads the HDM decoder capability register of a port.</summary>
    /// <exception cref="ErrnoException">Nothing answers, or it says that there are no decoders: ENXIO.</exception>
    public async Task ReadCapability(CxlPort port)
    {
        uint word = (uint)await core.Mmio.ReadMmio(port.HdmDecoders);
        if (word == uint.MaxValue)
            throw new ErrnoException(Errno.ENXIO, $"the HDM decoder capability register of {port.Host} does not answer: it reads 0xffffffff");
        port.Capability = new HdmCapability(word);
        if (port.Capability.DecoderCount == 0)
            throw new ErrnoException(Errno.ENXIO, $"the HDM decoder capability register of {port.Host} reads 0x{word:x8}: decoder count code {word & 0xF} is reserved; 0 to 12 are not");
    }

    /// <summary>Takes over what the registers of a decoder say.</summary>
    private async Task Take(CxlDecoder decoder, Registers registers, TargetRangeType otherwise)
    {
        CxlPort port = decoder.Port;
        uint control = registers.Control;
        bool committed = (control & Committed) != 0;
        if (registers.Base == ulong.MaxValue || registers.Size == ulong.MaxValue || control == uint.MaxValue)
            throw new ErrnoException(Errno.ENXIO, $"the registers of {decoder.Name} read all ones: no range, or nothing answers");
        if (committed)
        {
            decoder.Enabled = true;
            decoder.Locked = (control & Lock) != 0;
            decoder.TargetType = (control & HostOnly) != 0 ? TargetRangeType.HostOnly : TargetRangeType.DeviceCoherent;
            decoder.Base = new Hpa(registers.Base & AddressMask);
            decoder.Size = new ByteSize(registers.Size & AddressMask);
            if (decoder.Instance != port.CommitEnd + 1)
                throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} is committed out of order: decoder{port.Id}.{port.CommitEnd + 1} is not committed");
            if (decoder.Size.Bytes == 0)
                throw new ErrnoException(Errno.ENXIO, $"{decoder.Name} is committed with a size of 0; a range is a multiple of 256 MiB");
            port.CommitEnd = decoder.Instance;
        }
        else
        {
            decoder.TargetType = otherwise;
            if (otherwise == TargetRangeType.HostOnly && (control & HostOnly) == 0)
                await core.Mmio.WriteMmio(AddressOf(port, decoder.Instance) + Control, control | HostOnly);
        }

        if (!InterleaveWays.TryDecode((byte)(control >> 4 & 0xF), out _))
            throw new ErrnoException(Errno.EINVAL, $"the control register of {decoder.Name} reads 0x{control:x8}: its ways code {control >> 4 & 0xF} is reserved; 0 to 4 and 8 to 10 are not");
        if (!InterleaveGranularity.TryDecode((byte)(control & 0xF), out _))
            throw new ErrnoException(Errno.EINVAL, $"the control register of {decoder.Name} reads 0x{control:x8}: its granularity code {control & 0xF} is reserved; 0 to 6 are not");
        decoder.Interleave = new Interleave((byte)(control & 0xF), (byte)(control >> 4 & 0xF));
    }

    /// <summary>Whether the ranges of the DVSEC stand for decoders: memory was enabled before, and no decoder is committed.</summary>
    private async Task<bool> Emulates(CxlPort endpoint, DeviceRanges ranges)
    {
        if (endpoint.HdmDecoders == 0)
            return true;
        if (!ranges.MemEnabled)
            return false;
        for (int i = 0; i < endpoint.Capability.DecoderCount; i++)
        {
            if (((uint)await core.Mmio.ReadMmio(AddressOf(endpoint, i) + Control) & Committed) != 0)
                return false;
        }

        return true;
    }

    private static void AddRanges(CxlPort endpoint, DeviceRanges ranges)
    {
        ulong next = 0;
        foreach ((Hpa start, ByteSize size) in ranges.Ranges)
        {
            var decoder = new CxlEndpointDecoder
            {
                Port = endpoint,
                Instance = endpoint.Decoders.Count,
                IsDvsecRange = true,
                Base = start,
                Size = size,
                TargetType = TargetRangeType.HostOnly,
                Enabled = true,
                Locked = true,
            };
            endpoint.CommitEnd = decoder.Instance;
            Reserve(decoder, next, size.Bytes, 0);
            next += size.Bytes;
            decoder.IsAuto = true;
            endpoint.Decoders.Add(decoder);
        }
    }

    /// <summary>Gives a decoder the device memory that it is committed for.</summary>
    private static void Reserve(CxlEndpointDecoder decoder, ulong start, ulong length, ulong skip)
    {
        CxlPort endpoint = decoder.Port;
        CxlMemdev memdev = endpoint.Memdev!;
        ulong capacity = 0;
        foreach (CxlPartition partition in memdev.Partitions)
            capacity = Math.Max(capacity, partition.Base.Value + partition.Size.Bytes);
        if (start > capacity || length > capacity - start)
        {
            throw new ErrnoException(
                Errno.EBUSY,
                string.Create(CultureInfo.InvariantCulture, $"{decoder.Name} is committed for device memory 0x{start:x} to 0x{start + length - 1:x} of {memdev.Name}, which has 0x{capacity:x} bytes"));
        }

        decoder.DpaBase = new Dpa(start);
        decoder.DpaSize = new ByteSize(length);
        decoder.DpaSkip = new ByteSize(skip);
        decoder.Partition = memdev.Partitions.FindIndex(p => start >= p.Base.Value && start + length <= p.Base.Value + p.Size.Bytes);
        endpoint.HdmEnd = decoder.Instance;
    }

    private async Task Settle(CxlPort port)
    {
        for (int i = 0; i < port.Capability.DecoderCount; i++)
        {
            if (((uint)await core.Mmio.ReadMmio(AddressOf(port, i) + Control) & Committed) != 0)
                continue;
            await core.Clock.Wait(settling);
            return;
        }
    }

    private async Task<Registers> Read(CxlPort port, int decoder)
    {
        ulong at = AddressOf(port, decoder);
        uint control = (uint)await core.Mmio.ReadMmio(at + Control);
        ulong start = await core.Mmio.ReadMmio(at + BaseLow) | await core.Mmio.ReadMmio(at + BaseHigh) << 32;
        ulong size = await core.Mmio.ReadMmio(at + SizeLow) | await core.Mmio.ReadMmio(at + SizeHigh) << 32;
        bool needsLast = port.Kind != CxlPortKind.Endpoint || (control & Committed) != 0;
        ulong last = needsLast ? await core.Mmio.ReadMmio(at + LastLow) | await core.Mmio.ReadMmio(at + LastHigh) << 32 : 0;
        return new Registers(control, start, size, last);
    }

    private static ulong AddressOf(CxlPort port, int decoder) => port.HdmDecoders + (ulong)HdmCapabilityRegisters.DecoderOffset(decoder);

    private readonly record struct Registers(uint Control, ulong Base, ulong Size, ulong Last);
}
