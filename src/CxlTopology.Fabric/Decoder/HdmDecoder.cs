using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>An HDM decoder: it owns its registers, takes programming as register writes, commits or refuses, and routes what it claims.</summary>
/// <remarks>
/// A child of the component whose capability it belongs to. Strict: what is committed is frozen until released, what is locked until reset, and a commit 0→1 is checked
/// (<see cref="HdmCommitCheck"/>). Permissive: any write is taken and any commit succeeds. Where commits take time the decoder is pending until then (COMMIT alone reads one) and frozen
/// as if it were committed; clearing COMMIT cancels.
/// </remarks>
public abstract class HdmDecoder : FabricActor
{
    private readonly RegisterFile registers;
    private readonly HdmDecoderRegisters layout;
    private ulong request; // counts commits asked for and released: what an earlier one left behind is void

    private protected HdmDecoder(HdmDecoderCapability capability, int index, FabricOptions options)
        : base(options)
    {
        Capability = capability;
        Index = index;
        layout = HdmDecoderRegisters.For(capability.Kind, capability.BackInvalidate);
        registers = new RegisterFile(layout.Map);
        Settings = HdmDecoderSettings.Decode(registers, capability.Kind);
    }

    /// <summary>Its place in the capability, from 0.</summary>
    public int Index { get; }

    /// <summary>What its registers say.</summary>
    public HdmDecoderSettings Settings { get; private set; }

    /// <summary>Why the last commit was refused; none if it was not.</summary>
    public CommitRefusal LastRefusal { get; private set; }

    /// <summary>Transactions it routed.</summary>
    public long Routed { get; private protected set; }

    /// <summary>Where the device memory of this decoder starts, once committed. 0 in a port.</summary>
    public ulong DpaBase { get; internal set; }

    private protected HdmDecoderCapability Capability { get; }

    /// <summary>The interleave; meaningless while <see cref="InterleaveReserved"/>.</summary>
    private protected Interleave Interleave { get; private set; }

    /// <summary>The interleave codes are reserved ones.</summary>
    private protected bool InterleaveReserved { get; private set; }

    /// <summary>The base register.</summary>
    private protected ulong HpaBase { get; private set; }

    /// <inheritdoc/>
    protected sealed override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq:
            case MessageKind.M2SRwD:
                Route(ref message);
                break;
            case MessageKind.IoRequest:
                Access(ref message);
                break;
            case MessageKind.CommitDone:
                if (message.Argument == request && Settings.Pending)
                {
                    Decide();
                    Refresh();
                }

                break;
            default:
                throw Unexpected(message);
        }
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        digest.Add(Settings.Base.Value);
        digest.Add(Settings.Size.Bytes);
        digest.Add(Settings.Control);
        digest.Add(Settings.TargetsOrSkip);
        digest.Add(Routed);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        foreach (uint word in registers.Snapshot())
            to.WriteUInt32(word);
        to.WriteByte((byte)LastRefusal);
        to.WriteInt64(Routed);
        to.WriteUInt64(DpaBase);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        var words = new uint[layout.Map.Length / 4];
        for (int i = 0; i < words.Length; i++)
            words[i] = from.ReadUInt32();
        registers.Restore(words);
        LastRefusal = (CommitRefusal)from.ReadByte();
        Routed = from.ReadInt64();
        DpaBase = from.ReadUInt64();
        Refresh();
    }

    internal ulong WarmUp() => base.Warm() + HpaBase + (ulong)Routed;

    /// <inheritdoc/>
    protected override void OnRestart()
    {
        request++;
        registers.Reset();
        Refresh();
    }

    /// <summary>What a reset leaves: nothing, unless it keeps what is locked and this decoder is.</summary>
    internal void Reset(ResetKind kind)
    {
        ResetEffect effect = ResetRules.EffectOf(ResetClass.HdmDecoder, kind);
        bool locked = Settings.Committed && Settings.LockOnCommit && Options.Commit == CommitProfile.Strict;
        if ((effect & ResetEffect.Initial) == 0 || locked && (effect & ResetEffect.KeepLocked) != 0)
            return;
        request++;
        registers.Reset((effect & ResetEffect.KeepSticky) != 0);
        LastRefusal = CommitRefusal.None;
        Refresh();
    }

    /// <summary>Routes a request that this decoder claims.</summary>
    private protected abstract void Route(ref Message message);

    /// <summary>What follows from a change of the registers.</summary>
    private protected abstract void OnProgrammed();

    /// <summary>Gives a request back to the component, which completes it.</summary>
    private protected void Refuse(ref Message message, AccessStatus status)
    {
        message.Status = (byte)status;
        HandOver(Parent!, ref message);
    }

    private void Access(ref Message message)
    {
        var flags = (IoFlags)message.Flags;
        int bytes = IoWidth.Of(flags);
        int offset = ((int)message.Address - HdmCapabilityRegisters.FirstDecoder) % HdmCapabilityRegisters.DecoderLength;
        ulong value = 0;
        // Eight bytes are the lower register, then the upper one; fewer than four leave the others of their register.
        for (int done = 0; done < bytes; done += 4)
        {
            int register = (offset + done) & ~3;
            int shift = 8 * (offset & 3);
            if (register >= HdmDecoderRegisters.TargetsOffset + 8)
                continue; // the reserved last register
            uint current = registers.Read(register);
            if ((flags & IoFlags.Write) != 0)
            {
                uint enables = (uint)(IoWidth.AllOnes(Math.Min(bytes, 4)) << shift);
                Write(register, (current & ~enables) | ((uint)(message.Argument >> (8 * done) << shift) & enables));
            }
            else
            {
                value |= (ulong)(current >> shift) << (8 * done);
            }
        }

        CompleteIo(ref message, IoStatus.Ok, value & IoWidth.AllOnes(bytes));
        HandOver(Parent!, ref message);
    }

    private void Write(int offset, uint value)
    {
        bool permissive = Options.Commit == CommitProfile.Permissive;
        bool control = offset == HdmDecoderRegisters.ControlOffset;
        bool release = control && !layout.Commit.Extract(value);
        if (!permissive && (Settings.Locked || (Settings.Committed || Settings.Pending) && !release))
            return;
        registers.Write(offset, value);
        if (release)
        {
            request++;
            SetCommitted(false, CommitRefusal.None);
        }
        else if (control && !Settings.Commit)
        {
            Ask();
        }
        else if (control && permissive && !Settings.Pending)
        {
            Decide();
        }

        Refresh();
    }

    /// <summary>A commit 0→1: decided at once, or when it has taken its time.</summary>
    private void Ask()
    {
        HardwareDelay delay = Capability.CommitTime;
        request++;
        if (delay.IsNone)
        {
            Decide();
            return;
        }

        SetCommitted(false, CommitRefusal.None);
        if (delay.IsNever)
            return;
        var done = new Message { Kind = (byte)MessageKind.CommitDone, Argument = request, Payload = -1 };
        Schedule(ref done, delay.Time);
    }

    private void Decide() => SetCommitted(
        true, Options.Commit == CommitProfile.Permissive ? CommitRefusal.None : Capability.Check(this, HdmDecoderSettings.Decode(registers, Capability.Kind)));

    private void SetCommitted(bool asked, CommitRefusal refusal)
    {
        LastRefusal = refusal;
        registers.Set(layout.Committed, asked && refusal == CommitRefusal.None);
        registers.Set(layout.NotCommitted, asked && refusal != CommitRefusal.None);
    }

    private void Refresh()
    {
        Settings = HdmDecoderSettings.Decode(registers, Capability.Kind);
        Interleave = Settings.Interleave ?? default;
        InterleaveReserved = Settings.Interleave is null;
        HpaBase = Settings.Base.Value;
        Capability.Recompute();
        OnProgrammed();
    }
}
