using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What the actors of the fabric have in common: answering a request, completing what nothing claims, explaining a traced access.</summary>
public abstract class FabricActor(FabricOptions options) : ComponentActor
{
    /// <summary>The port index of a message that holds no place in any receive buffer.</summary>
    protected const ushort NoPort = ushort.MaxValue;

    private long[]? unclaimed;

    /// <summary>What all components share.</summary>
    protected FabricOptions Options => options;

    /// <summary>Accesses that this actor completed for want of anything that claims them, by reason.</summary>
    public IEnumerable<(AccessStatus Reason, long Count)> Unclaimed
    {
        get
        {
            for (int reason = 0; reason < (unclaimed?.Length ?? 0); reason++)
            {
                if (unclaimed![reason] != 0)
                    yield return ((AccessStatus)reason, unclaimed[reason]);
            }
        }
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        foreach ((AccessStatus reason, long count) in Unclaimed)
        {
            digest.Add((ulong)reason);
            digest.Add(count);
        }
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        to.WriteInt32(unclaimed?.Length ?? 0);
        foreach (long count in unclaimed ?? [])
            to.WriteInt64(count);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        int reasons = Enum.GetValues<AccessStatus>().Length;
        int length = from.ReadCount(reasons);
        unclaimed = length == 0 ? null : new long[reasons];
        for (int reason = 0; reason < length; reason++)
            unclaimed![reason] = from.ReadInt64();
    }

    /// <summary>Whether a memory transaction has a flag.</summary>
    protected static bool Has(in Message message, AccessFlags flag) => (message.Flags & (ushort)flag) != 0;

    /// <summary>Turns a request in hand into its response. What data the response carries is the caller's to add.</summary>
    protected void Answer(ref Message message, AccessStatus status)
    {
        DropPayload(ref message);
        message.Kind = (byte)(message.Kind == (byte)MessageKind.M2SReq ? MessageKind.S2MDrs : MessageKind.S2MNdr);
        message.Status = (byte)status;
        message.Agent = Id;
    }

    /// <summary>Counts an access that could not be served, under its reason.</summary>
    private protected void CountUnclaimed(AccessStatus reason) => (unclaimed ??= new long[Enum.GetValues<AccessStatus>().Length])[(int)reason]++;

    /// <summary>Answers a coherence message that cannot reach its device, for the device: what it held is lost. False if nobody waits for an answer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="reason">Why it does not reach it.</param>
    private protected bool AnswerForLost(ref Message message, AccessStatus reason = AccessStatus.LinkDown)
    {
        var response = (H2DResponse)CoherenceFields.Opcode(message);
        bool snoop = message.Kind == (byte)MessageKind.H2DReq;
        bool pull = message.Kind == (byte)MessageKind.H2DRsp
            && response is H2DResponse.WritePull or H2DResponse.GoWritePull or H2DResponse.FastGoWritePull or H2DResponse.GoErrWritePull;
        if (!snoop && !pull)
            return RefuseGrant(ref message);
        CountUnclaimed(reason);
        message.Kind = (byte)(snoop ? MessageKind.D2HRsp : MessageKind.D2HData);
        CoherenceFields.SetOpcode(ref message, snoop ? (int)D2HResponse.RspIHitI : 0);
        CoherenceFields.SetId(ref message, CoherenceFields.Id(message), bogus: pull);
        if (pull)
            message.Tag = (uint)message.Agent;
        message.Status = (byte)reason;
        message.Port = NoPort;
        return true;
    }

    /// <summary>Whether a message on its way down comes back from a port that could not send it; the answer to a snoop that was refused higher up has a status as well.</summary>
    private protected static bool IsUnsent(in Message message) => (AccessStatus)message.Status is AccessStatus.LinkDown or AccessStatus.NoDevice;

    /// <summary>Turns a grant that does not reach who asked for it into word of that: the home agent takes it back.</summary>
    /// <returns>Whether it was a grant.</returns>
    private protected bool RefuseGrant(ref Message message)
    {
        var state = (GoState)(message.Argument & 0xFF);
        bool grants = message.Kind is (byte)MessageKind.H2DRsp or (byte)MessageKind.H2DData && (H2DResponse)CoherenceFields.Opcode(message) == H2DResponse.Go
            && state is GoState.Shared or GoState.Exclusive or GoState.Modified;
        if (!grants)
            return false;
        DropPayload(ref message);
        message.Kind = (byte)MessageKind.DeviceLost;
        message.Argument = (ulong)state;
        message.Status = (byte)AccessStatus.Ok;
        message.Port = NoPort;
        return true;
    }

    /// <summary>Completes a memory request that nothing claims, by the policy, and counts it under its reason.</summary>
    protected void AnswerUnclaimed(ref Message message, AccessStatus reason)
    {
        CountUnclaimed(reason);
        Answer(ref message, reason);
        message.Port = NoPort;
        UnclaimedPolicy policy = PoisonsDecodeErrors && reason is (AccessStatus.NoDecoder or AccessStatus.NoEndpointDecoder or AccessStatus.TargetMissing)
            ? UnclaimedPolicy.Poison
            : options.Unclaimed;
        if (message.Kind != (byte)MessageKind.S2MDrs || policy == UnclaimedPolicy.Error)
            return;
        if (policy == UnclaimedPolicy.Poison)
            message.Flags |= (ushort)AccessFlags.Poison;
        if (Has(message, AccessFlags.TimingOnly))
            return;
        for (int i = 0; i < message.Length; i++)
            AddLine(ref message).Fill(policy == UnclaimedPolicy.AllOnes ? (byte)0xFF : (byte)0);
    }

    /// <summary>Whether software has asked for poison where no decoder claims an address (HDM decoder global control); it overrides the policy.</summary>
    private protected virtual bool PoisonsDecodeErrors => false;

    /// <summary>Does what a register access to configuration space, or to the block of component registers, asks of a function.</summary>
    /// <param name="message">The access; of one to registers the address is the offset in their block.</param>
    /// <param name="function">Whose registers are meant.</param>
    /// <returns>Whether it is completed; else a decoder has it, whose registers they are.</returns>
    private protected bool Serve(ref Message message, PciFunction function)
    {
        var flags = (IoFlags)message.Flags;
        int bytes = IoWidth.Of(flags);
        if ((flags & IoFlags.Configuration) != 0)
        {
            int offset = (int)message.Address & (Bdf.ConfigurationBytes - 1);
            if (offset % bytes != 0 || bytes == 8)
                CompleteIo(ref message, IoStatus.Unsupported);
            else if ((flags & IoFlags.Write) == 0)
                CompleteIo(ref message, IoStatus.Ok, function.ReadConfiguration(offset, bytes));
            else
            {
                if (function.WriteConfiguration(offset, bytes, message.Argument) is > 0 and ulong exchange)
                    AwaitExchange(exchange);
                if (function.TakeRequests() is not ResetRequests.None and var asked)
                    OnResetAsked(asked);
                function.RoutingId = Bdf.OfConfigurationAddress(message.Address).RoutingId;
                CompleteIo(ref message, IoStatus.Ok, 0);
                OnServed();
            }

            return true;
        }

        return ServeComponents(ref message, function.Components);
    }

    /// <summary>A write to configuration space asked for a reset, or something about one.</summary>
    private protected virtual void OnResetAsked(ResetRequests asked)
    {
    }

    private void AwaitExchange(ulong exchange)
    {
        var done = new Message { Kind = (byte)MessageKind.ExchangeDone, Argument = exchange, Payload = -1 };
        Schedule(ref done, options.ExchangeLatency);
    }

    /// <summary>Does what an access to the block of component registers asks.</summary>
    /// <returns>Whether it is completed; else a decoder has it, whose registers they are.</returns>
    private protected bool ServeComponents(ref Message message, ComponentRegisters components)
    {
        var flags = (IoFlags)message.Flags;
        int bytes = IoWidth.Of(flags);
        int offset = (int)message.Address;
        if (offset % bytes == 0 && components.OffsetInDecoders(offset) is >= 0 and int inside)
        {
            if (components.Decoders!.Owner(inside) is { } decoder)
            {
                message.Address = (ulong)inside;
                HandOver(decoder, ref message);
                return false;
            }

            CompleteIo(ref message, IoStatus.Ok, components.Decoders.Access(inside, bytes, (flags & IoFlags.Write) != 0, message.Argument));
        }
        else
        {
            ServeSpace(ref message, components, offset);
            if (components.TakeCommits() is not PathCommits.None and var commits)
                Commit(components.Path!, commits);
        }

        return true;
    }

    /// <summary>The BI and cache ID decoders and route tables of this component; null while nobody has written to them, or without.</summary>
    internal virtual CoherencePath? Routing => null;

    /// <summary>A commit of one of those has taken its time.</summary>
    private protected void OnCommitDone(in Message message) => Routing?.Decide(message.Argument);

    private void Commit(CoherencePath path, PathCommits commits)
    {
        HardwareDelay delay = path.CommitTime;
        if (delay.IsNone)
        {
            path.Decide(commits);
            return;
        }

        if (delay.IsNever)
            return;
        var done = new Message { Kind = (byte)MessageKind.CommitDone, Argument = path.Stamp(commits), Payload = -1 };
        Schedule(ref done, delay.Time);
    }

    /// <summary>Does what an access to registers asks.</summary>
    /// <returns>Whether it asked for something that the owner has to do.</returns>
    private protected bool ServeSpace(ref Message message, IRegisterSpace space, long offset)
    {
        var flags = (IoFlags)message.Flags;
        int bytes = IoWidth.Of(flags);
        if (!space.Accepts(offset, bytes))
        {
            CompleteIo(ref message, IoStatus.Unsupported);
            return false;
        }

        if ((flags & IoFlags.Write) == 0)
        {
            CompleteIo(ref message, IoStatus.Ok, space.Read((int)offset, bytes));
            return false;
        }

        bool asks = space.Write((int)offset, bytes, message.Argument);
        CompleteIo(ref message, IoStatus.Ok, 0);
        OnServed();
        return asks;
    }

    /// <summary>Software wrote to registers; something may have come of it.</summary>
    private protected virtual void OnServed()
    {
    }

    /// <summary>Turns a register access in hand into its completion. A read that nothing answers gives all ones.</summary>
    protected void CompleteIo(ref Message message, IoStatus status, ulong value = ulong.MaxValue)
    {
        message.Kind = (byte)MessageKind.IoCompletion;
        message.Status = (byte)status;
        message.Argument = status == IoStatus.Ok ? value : ulong.MaxValue;
        message.Port = NoPort;
        message.Time += options.RegisterLatency.Femtoseconds;
    }

    /// <summary>Moves the lines of a part from the chain of the whole, which holds those of <paramref name="mask"/>, to its own; both in ascending order.</summary>
    protected void SplitLines(ref Message whole, ref Message part, ulong mask)
    {
        if ((whole.Flags & Message.HasLines) == 0)
            return;
        int line = whole.Payload;
        int wholeTail = -1;
        int partTail = -1;
        for (; mask != 0; mask &= mask - 1)
        {
            int following = NextLine(line);
            bool toPart = (part.Argument & mask & (~mask + 1)) != 0;
            ref int tail = ref toPart ? ref partTail : ref wholeTail;
            if (tail < 0)
                (toPart ? ref part : ref whole).Payload = line;
            else
                NextLine(tail) = line;
            tail = line;
            line = following;
        }

        NextLine(wholeTail) = -1;
        NextLine(partTail) = -1;
        part.Flags |= Message.HasLines;
    }

    /// <summary>Takes the lines off a burst that goes on line by line; the slot of the first, or -1.</summary>
    private protected static int DetachLines(ref Message burst)
    {
        int line = (burst.Flags & Message.HasLines) != 0 ? burst.Payload : -1;
        burst.Flags &= unchecked((ushort)~Message.HasLines);
        burst.Payload = -1;
        return line;
    }

    /// <summary>The next line of a burst, as a message of its own.</summary>
    /// <param name="burst">The burst, without its lines (<see cref="DetachLines"/>).</param>
    /// <param name="rest">Which of them are left.</param>
    /// <param name="line">The slot of the next, or -1.</param>
    private protected Message TakeLine(in Message burst, ref ulong rest, ref int line)
    {
        Message single = Bursts.Split(burst, rest & (~rest + 1));
        rest &= rest - 1;
        if (line >= 0)
        {
            single.Payload = line;
            single.Flags |= Message.HasLines;
            line = NextLine(line);
            NextLine(single.Payload) = -1;
        }

        return single;
    }

    /// <summary>A latency as CDAT has it: picoseconds, at least one.</summary>
    private protected static uint Picoseconds(SimDuration latency) => (uint)Math.Clamp((latency.Femtoseconds + 999) / 1000, 1, CdatScale.ValueMax);

    /// <summary>Leaves a hop of a traced access.</summary>
    protected void Explain(string component, string? decoder, string arithmetic, string? target, params ReadOnlySpan<(string Name, ulong Value)> registers)
    {
        if (options.Trace is null)
            return;
        var fields = new List<KeyValuePair<string, ulong>>(registers.Length);
        foreach ((string name, ulong value) in registers)
            fields.Add(new(name, value));
        options.Trace.Add(new DecodeHop(component, decoder, fields, arithmetic, target));
    }
}
