using System.Runtime.CompilerServices;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The memory behind an endpoint's decoders, or a host's own: a controller, channels that each serve one line at a time, and the data.</summary>
/// <remarks>
/// Lines go to channels by their address, and are served in the order in which requests arrive. Data is read and written at that moment, so reads see all writes that arrived before.
/// A request becomes its response here and goes back to the parent when the medium has finished with its first line.
/// </remarks>
public sealed class Media : FabricActor
{
    private readonly long controller;
    private readonly long latency;
    private readonly long occupancy;
    private readonly int channels;
    private readonly ulong channelMask;
    private FewChannels free;
    private long[]? freeOfMany;
    private SparseMemory? contents;

    internal Media(MediaOptions media, FabricOptions options)
        : base(options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(media.Channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(media.Channels, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(media.BytesPerSecond, 1);
        controller = media.Controller.Femtoseconds;
        latency = media.Latency.Femtoseconds;
        channels = media.Channels;
        channelMask = (channels & (channels - 1)) == 0 ? (ulong)channels - 1 : 0;
        occupancy = (long)((Int128)64 * 1_000_000_000_000_000 * channels / media.BytesPerSecond);
    }

    /// <summary>Lines read.</summary>
    public long LinesRead { get; private set; }

    /// <summary>Lines written, in whole or in part.</summary>
    public long LinesWritten { get; private set; }

    /// <summary>Copies what a line holds, for a look from outside the simulation; true if it is poisoned.</summary>
    public bool Peek(Dpa address, Span<byte> line)
    {
        line.Clear();
        return contents?.Read(address.Value, line) ?? false;
    }

    /// <summary>Makes a line read as poisoned, as a command to the device does. What it holds stays.</summary>
    internal void Poison(Dpa address) => (contents ??= new SparseMemory()).Write(address.Value, stackalloc byte[PayloadBytes], 0, true);

    /// <summary>Replaces a line, and its poison, as a command to the device does.</summary>
    internal void Replace(Dpa address, ReadOnlySpan<byte> line) => (contents ??= new SparseMemory()).Write(address.Value, line, ulong.MaxValue, false);

    /// <summary>Loses what it holds from one device address up to another: it reads as zeros, without poison.</summary>
    internal void Clear(ulong from, ulong to) => contents?.Clear(from, to);

    private const int PayloadBytes = 64;

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        bool read = message.Kind == (byte)MessageKind.M2SReq;
        (long first, long last) = Serve(message.Time + controller, message.Address, message.Length, TrainGap.Get(message));
        bool timingOnly = Has(message, AccessFlags.TimingOnly);
        if (read)
        {
            LinesRead += message.Length;
            Answer(ref message, AccessStatus.Ok);
            if (!timingOnly)
                ReadLines(ref message);
        }
        else
        {
            LinesWritten += message.Length;
            if (!timingOnly)
                WriteLines(ref message);
            Answer(ref message, AccessStatus.Ok);
            message.Flags &= unchecked((ushort)~(ushort)AccessFlags.Poison);
        }

        message.Agent = Parent!.Id;
        TrainGap.Set(ref message, first, last);
        SendInside(Parent, ref message, new SimTime(first) - Now);
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        digest.Add(LinesRead);
        digest.Add(LinesWritten);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        to.WriteInt64(LinesRead);
        to.WriteInt64(LinesWritten);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        LinesRead = from.ReadInt64();
        LinesWritten = from.ReadInt64();
    }

    internal ulong WarmUp() => base.Warm() + (ulong)(free[0] + LinesRead + controller);

    private (long First, long Last) Serve(long arrival, ulong address, int lines, long gap)
    {
        Span<long> free = channels <= FewChannels.Max ? this.free : freeOfMany ??= new long[channels];
        ulong line = address >> 6;
        long first = 0;
        long last = 0;
        for (int i = 0; i < lines; i++, line++, arrival += gap)
        {
            ref long next = ref free[channels == 1 ? 0 : channelMask != 0 ? (int)(line & channelMask) : (int)(line % (ulong)channels)];
            long start = Math.Max(arrival, next);
            next = start + occupancy;
            last = Math.Max(last, start + latency);
            if (i == 0)
                first = start + latency;
        }

        return (first, last);
    }

    private void ReadLines(ref Message message)
    {
        contents ??= new SparseMemory();
        for (int i = message.Length - 1; i >= 0; i--)
        {
            if (contents.Read(message.Address + 64 * (ulong)i, AddLine(ref message)))
            {
                message.Flags |= (ushort)AccessFlags.Poison;
                message.Status = (byte)AccessStatus.Poisoned;
            }

            if (contents.HasLost && contents.IsLost(message.Address + 64 * (ulong)i))
                message.Flags |= (ushort)AccessFlags.Lost;
        }
    }

    private void WriteLines(ref Message message)
    {
        if ((message.Flags & Message.HasLines) == 0)
            throw new InvariantException($"A write without data reached {Path} at {Now}.");
        contents ??= new SparseMemory();
        ulong enables = Has(message, AccessFlags.Partial) ? message.Argument : ulong.MaxValue;
        int line = message.Payload;
        for (int i = 0; i < message.Length; i++, line = NextLine(line))
            contents.Write(message.Address + 64 * (ulong)i, Line(line), enables, Has(message, AccessFlags.Poison));
    }

    [InlineArray(Max)]
    private struct FewChannels
    {
        public const int Max = 2;
        private long first;
    }
}
