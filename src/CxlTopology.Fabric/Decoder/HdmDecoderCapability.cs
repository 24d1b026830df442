using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>
/// The HDM decoder capability of a component: its capability and global control registers, its decoders (made when first touched), and which of them claims an address.
/// </summary>
/// <remarks>Belongs to one component and is used in its turns only. Ports check their decoders in order; the first committed range that holds the address wins.</remarks>
public sealed class HdmDecoderCapability
{
    /// <summary>The longest time that a commit may be set to take: 1 s. The specification bounds it at 10 ms; more models a broken device.</summary>
    public static readonly SimDuration CommitTimeMax = SimDuration.FromSeconds(1);

    private const uint GlobalControlMask = 0x3;
    private readonly IHdmDecoderOwner owner;
    private HdmDecoder?[] decoders = [];
    private readonly bool permissive;
    private HdmDecoder? firstClaim; // most components claim one range: it is kept where it costs no further cache miss
    private ulong firstBase;
    private ulong firstSize;
    private HdmDecoder[] otherClaims = [];

    internal HdmDecoderCapability(
        ComponentKind kind, uint capability, bool backInvalidate, CommitProfile profile, IHdmDecoderOwner owner, HardwareDelay commitTime)
    {
        CommitTime = commitTime.CheckAtMost(CommitTimeMax, nameof(commitTime));
        Kind = kind;
        Word = new HdmCapability(capability);
        BackInvalidate = backInvalidate;
        permissive = profile == CommitProfile.Permissive;
        this.owner = owner;
    }

    /// <summary>Whose capability it is.</summary>
    public ComponentKind Kind { get; }

    /// <summary>The capability register.</summary>
    public HdmCapability Word { get; }

    /// <summary>Whether decoders may be set to back-invalidate.</summary>
    public bool BackInvalidate { get; }

    /// <summary>How long its decoders take to commit. At once by default.</summary>
    public HardwareDelay CommitTime { get; }

    /// <summary>The global control register.</summary>
    public uint GlobalControl { get; private set; }

    /// <summary>HDM Decoder Enable.</summary>
    public bool Enabled => (GlobalControl & 2) != 0;

    /// <summary>Poison On Decode Error Enable; stays clear in a component that is not capable of it.</summary>
    public bool PoisonsErrors => (GlobalControl & 1) != 0;

    /// <summary>How many decoders there are, touched or not.</summary>
    public int Count => Word.DecoderCount;

    /// <summary>The decoders that were touched, in order.</summary>
    public IEnumerable<HdmDecoder> Touched => decoders.OfType<HdmDecoder>();

    /// <summary>Numbers of the ports that targets may name, ascending. Empty in an endpoint.</summary>
    internal byte[] Ports { get; set; } = [];

    /// <summary>Bytes of memory in the device. 0 in a port.</summary>
    internal ulong DpaCapacity { get; set; }

    /// <summary>The committed decoder that claims a host address, or null.</summary>
    public HdmDecoder? Find(ulong hpa)
    {
        if (hpa - firstBase < firstSize)
            return firstClaim;
        foreach (HdmDecoder decoder in otherClaims)
        {
            if (decoder.Settings.Contains(hpa))
                return decoder;
        }

        return null;
    }

    /// <summary>The host address of a device address, by the committed decoder that has it; not where several devices are interleaved, as none of them knows its position.</summary>
    public bool TryHostAddressOf(ulong dpa, out ulong hpa)
    {
        foreach (HdmDecoder? decoder in decoders)
        {
            if (decoder is not { Settings: { Committed: true, Interleave: { Ways: 1 } } settings } || dpa - decoder.DpaBase >= settings.Size.Bytes)
                continue;
            hpa = settings.Base.Value + (dpa - decoder.DpaBase);
            return true;
        }

        hpa = 0;
        return false;
    }

    /// <summary>Writes its own registers, and which decoders were touched; these write themselves.</summary>
    internal void SaveState(WireBuffer to)
    {
        to.WriteUInt32(GlobalControl);
        to.WriteInt32(Touched.Count());
        foreach (HdmDecoder decoder in Touched)
            to.WriteInt32(decoder.Index);
    }

    /// <summary>Takes over what <see cref="SaveState"/> wrote, and makes the decoders.</summary>
    internal void LoadState(ref WireReader from)
    {
        GlobalControl = from.ReadUInt32();
        for (int left = from.ReadCount(Count); left > 0; left--)
        {
            int index = from.ReadCount(Count - 1);
            Owner(HdmCapabilityRegisters.FirstDecoder + index * HdmCapabilityRegisters.DecoderLength);
        }
    }

    /// <summary>Loads what <see cref="Find"/> and the decoder it finds most often will need.</summary>
    internal ulong Warm() => firstBase + (firstClaim?.WarmUp() ?? 0);

    /// <summary>The decoder whose registers an offset from the start of the capability is in; null for the capability's own, or past the last.</summary>
    internal HdmDecoder? Owner(int offset)
    {
        int index = (offset - HdmCapabilityRegisters.FirstDecoder) / HdmCapabilityRegisters.DecoderLength;
        if (offset < HdmCapabilityRegisters.FirstDecoder || index >= Count)
            return null;
        if (decoders.Length == 0)
            decoders = new HdmDecoder?[Count];
        return decoders[index] ??= owner.MakeDecoder(index);
    }

    /// <summary>Reads or writes a register of the capability itself.</summary>
    internal ulong Access(int offset, int bytes, bool isWrite, ulong value)
    {
        const int Control = 4;
        ulong both = Word.Word | (ulong)GlobalControl << 32;
        int shift = 8 * offset;
        if (offset >= 8)
            return 0; // reserved
        if (!isWrite)
            return both >> shift & IoWidth.AllOnes(bytes);
        both = (both & ~(IoWidth.AllOnes(bytes) << shift)) | value << shift;
        GlobalControl = (uint)(both >> (8 * Control)) & (HdmCapabilityRegisters.PoisonOnDecodeError.Extract(Word.Word) ? GlobalControlMask : 2);
        return 0;
    }

    /// <summary>What a reset leaves of its own registers, and of the decoders.</summary>
    internal void Reset(ResetKind kind)
    {
        if ((ResetRules.EffectOf(ResetClass.HdmDecoder, kind) & ResetEffect.Initial) != 0)
            GlobalControl = 0;
        foreach (HdmDecoder? decoder in decoders)
            decoder?.Reset(kind);
    }

    /// <summary>Whether a decoder may commit with these settings; places its device memory if it may.</summary>
    internal CommitRefusal Check(HdmDecoder decoder, in HdmDecoderSettings settings)
    {
        int index = decoder.Index;
        HdmDecoderSettings? next = null;
        for (int i = index + 1; i < decoders.Length && next is null; i++)
        {
            if (decoders[i] is { Settings.Committed: true } above)
                next = above.Settings;
        }

        ulong dpa = 0;
        for (int i = 0; i < index; i++)
        {
            if (decoders[i] is { } below)
                dpa = EndOf(below, dpa);
        }

        CommitRefusal refusal = HdmCommitCheck.Check(new HdmCommitContext
        {
            Settings = settings,
            Capability = Word,
            Previous = index == 0 ? null : decoders[index - 1]?.Settings ?? default(HdmDecoderSettings),
            NextCommitted = next,
            Ports = Ports,
            DpaBase = dpa,
            DpaCapacity = DpaCapacity,
        });
        if (refusal == CommitRefusal.None)
            decoder.DpaBase = dpa + settings.DpaSkip.Bytes;
        return refusal;
    }

    /// <summary>Finds out anew which decoder claims what.</summary>
    internal void Recompute()
    {
        var claiming = new List<HdmDecoder>();
        ulong dpa = 0;
        foreach (HdmDecoder? decoder in decoders)
        {
            if (decoder is not { Settings.Committed: true })
            {
                // QEMU walks an endpoint's decoders up to the first that is not committed.
                if (permissive && Kind == ComponentKind.Endpoint)
                    break;
                continue;
            }

            if (permissive)
                decoder.DpaBase = dpa + decoder.Settings.DpaSkip.Bytes;
            dpa = EndOf(decoder, dpa);
            claiming.Add(decoder);
        }

        firstClaim = claiming.Count == 0 ? null : claiming[0];
        firstBase = firstClaim?.Settings.Base.Value ?? 0;
        firstSize = firstClaim?.Settings.Size.Bytes ?? 0;
        otherClaims = claiming.Count < 2 ? [] : [.. claiming.Skip(1)];
    }

    private static ulong EndOf(HdmDecoder decoder, ulong dpa)
    {
        HdmDecoderSettings settings = decoder.Settings;
        return settings.Committed ? dpa + settings.DpaSkip.Bytes + settings.Size.Bytes / (ulong)(settings.Interleave?.Ways ?? 1) : dpa;
    }
}
