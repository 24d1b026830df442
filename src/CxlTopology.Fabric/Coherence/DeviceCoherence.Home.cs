using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Requests to the host on CXL.cache and its answers; snoops of the host.</summary>
public sealed partial class DeviceCoherence
{
    private const int IndexBits = 16;
    private const uint IndexMask = (1 << IndexBits) - 1;

    /// <summary>The tag of a transaction: its number, and which of its lives it is.</summary>
    private uint TagOf(int index) => (uint)index | transactions[index].Life << IndexBits;

    /// <summary>The transaction that a tag means; -1 if it is over.</summary>
    private int IndexOf(uint tag)
    {
        int index = (int)(tag & IndexMask);
        return index < transactions.Length && transactions[index].Kind != TransactionKind.None && TagOf(index) == tag ? index : None;
    }

    private void AskHome(int index, D2HRequest request, bool isOwn)
    {
        ref Transaction t = ref transactions[index];
        t.Opcode = (byte)request;
        t.Phase = isOwn && request != D2HRequest.ClFlush ? TransactionPhase.Forward : TransactionPhase.Home;
        Statistics.Count(request);
        var message = new Message
        {
            Kind = (byte)MessageKind.D2HReq,
            Address = t.Line,
            Tag = TagOf(index),
            Length = 1,
            Payload = None,
            Flags = (ushort)(!hasData ? AccessFlags.TimingOnly : AccessFlags.None),
        };
        CoherenceFields.SetOpcode(ref message, (int)request);
        CoherenceFields.SetId(ref message, 0, isOwn); // the port above gives it the id
        Emit(ref message, t.Kind switch { TransactionKind.Eviction => SimDuration.Zero, TransactionKind.Access => engineLatency, _ => accessLatency });
    }

    /// <summary>An access whose request on CXL.cache is given: it goes out as it is, past the cache.</summary>
    private void AskForced(int index)
    {
        ref Transaction t = ref transactions[index];
        var request = (D2HRequest)CoherenceFields.Opcode(t.Request);
        t.Request.Class = 0;
        if (cache is not null && cache.Find(t.Line) is >= 0 and int frame)
        {
            cache.Locked(frame) = true;
            if (CoherenceRules.Of(request).Evicts)
            {
                t.State = cache.State(frame);
                TakeFrame(index, frame);
                t.Kind = TransactionKind.Eviction;
            }

            if (request is not (D2HRequest.RdCurr or D2HRequest.CacheFlushed))
                SetCacheState(frame, LineState.Invalid);
        }

        t.Asked = true;
        AskHome(index, request, isOwn: filter is null && IsOwn(t.Line));
    }

    private void OnHomeResponse(ref Message message)
    {
        var response = (H2DResponse)CoherenceFields.Opcode(message);
        int index = IndexOf(message.Tag);
        bool pulls = response is H2DResponse.WritePull or H2DResponse.GoWritePull or H2DResponse.FastGoWritePull or H2DResponse.GoErrWritePull;
        if (index < 0)
        {
            if (pulls) // what asked is gone: the host must not wait for ever
                SendPulled(index, ref message, bogus: true);
            else if (RefuseGrant(ref message))
                Emit(ref message, SimDuration.Zero);
            return;
        }

        ref Transaction t = ref transactions[index];
        bool isEviction = t.Kind == TransactionKind.Eviction;
        if (pulls)
        {
            bool fails = response == H2DResponse.GoErrWritePull;
            var status = (AccessStatus)(message.Argument >> 8);
            SendPulled(index, ref message, isEviction && t.State != LineState.Modified);
            if (isEviction)
                EndEviction(index);
            else if (fails)
                Fail(index, status);
            else if (response == H2DResponse.GoWritePull)
                Done(index);
            return;
        }

        switch (response)
        {
            case H2DResponse.GoWritePullDrop:
                EndEviction(index);
                break;
            case H2DResponse.ExtCmp when (GoState)(message.Argument & 0xFF) == GoState.Error:
                Fail(index, (AccessStatus)(message.Argument >> 8));
                break;
            case H2DResponse.ExtCmp:
                Done(index);
                break;
            case H2DResponse.Go when isEviction:
                if ((GoState)(message.Argument & 0xFF) == GoState.Error && t.State == LineState.Modified)
                {
                    Statistics.LinesLost++; // it could not get out
                    LogLost(t.Line);
                }

                EndEviction(index);
                break;
            case H2DResponse.Go when t.Kind == TransactionKind.Flush:
                transactions[t.Other].IsShared |= (GoState)(message.Argument & 0xFF) == GoState.Error; // the host still has it: the page stays the host's
                EndFlush(index);
                break;
            case H2DResponse.Go when t.Kind == TransactionKind.CacheFlush:
                EndOwningUp(index);
                break;
            case H2DResponse.Go:
                OnGo(index, ref message);
                break;
            default:
                throw Unexpected(message);
        }
    }

    private void OnGo(int index, ref Message message)
    {
        ref Transaction t = ref transactions[index];
        var state = (GoState)(message.Argument & 0xFF);
        var status = (AccessStatus)(message.Argument >> 8);
        if (state == GoState.Error)
        {
            Fail(index, status == AccessStatus.Ok ? AccessStatus.Poisoned : status);
            return;
        }

        if (message.Kind == (byte)MessageKind.H2DData)
        {
            hasData |= (message.Flags & Message.HasLines) != 0;
            TakeData(index, message);
        }

        if ((D2HRequest)t.Opcode is D2HRequest.RdCurr)
        {
            LogRead(t.Line, Buffer(index), t.Started, t.TimingOnly || t.IsPoisoned);
            Done(index);
        }
        else if (state == GoState.Invalid)
        {
            Done(index);
        }
        else
        {
            t.IsDirty = state == GoState.Modified;
            Finish(index, state == GoState.Shared ? LineState.Shared : LineState.Exclusive);
        }
    }

    /// <summary>An access is over that left nothing in the cache.</summary>
    private void Done(int index)
    {
        Message request = TakeRequest(index);
        ref Transaction t = ref transactions[index];
        Respond(ref request, t.HasData && !t.TimingOnly ? Buffer(index) : default, t.IsPoisoned, AccessStatus.Ok, SimDuration.Zero);
        End(index);
    }

    /// <summary>Sends the data that the host has asked for: of an eviction its line, of a write what it writes.</summary>
    private void SendPulled(int index, ref Message pull, bool bogus)
    {
        var data = new Message
        {
            Kind = (byte)MessageKind.D2HData,
            Address = pull.Address,
            Tag = (uint)pull.Agent,
            Length = 1,
            Payload = None,
            Flags = (ushort)(hasData ? AccessFlags.None : AccessFlags.TimingOnly),
        };
        CoherenceFields.SetOpcode(ref data, 0);
        CoherenceFields.SetId(ref data, CoherenceFields.Id(pull), bogus: bogus);
        if (index >= 0 && transactions[index].Kind != TransactionKind.Eviction)
        {
            ref Message request = ref transactions[index].Request;
            data.Argument = request.Argument;
            data.Flags = (ushort)(request.Flags & ~(Message.HasRecord | (ushort)AccessFlags.Local));
            data.Payload = request.Payload;
            request.Flags &= unchecked((ushort)~Message.HasLines);
            request.Payload = None;
        }
        else if (hasData)
        {
            GiveData(ref data, index >= 0 ? Buffer(index) : stackalloc byte[LineBytes], index >= 0 && transactions[index].IsPoisoned);
        }

        Emit(ref data, accessLatency);
    }

    private void EndEviction(int index)
    {
        ref Transaction t = ref transactions[index];
        if (t.State == LineState.Modified)
            Statistics.WriteBacks++;
        if (t.Request.Kind != 0) // an eviction that was asked for
        {
            t.HasData = false;
            Done(index);
            return;
        }

        End(index);
    }

    private void OnSnoop(ref Message message)
    {
        Statistics.Snoops++;
        ulong line = message.Address & LineMask;
        var snoop = (H2DRequest)CoherenceFields.Opcode(message);
        int index = own.Find(line);
        SnoopRule rule;
        message.Flags = (ushort)(hasData ? AccessFlags.None : AccessFlags.TimingOnly);
        if (index >= 0 && transactions[index].Kind == TransactionKind.Eviction)
        {
            // On its way out already: what would be kept shared is given up instead.
            ref Transaction t = ref transactions[index];
            rule = CoherenceRules.Of(snoop == H2DRequest.SnpData ? H2DRequest.SnpInv : snoop, t.State);
            t.State = rule.Kept;
            if (rule.HasData)
                GiveData(ref message, Buffer(index), t.IsPoisoned);
        }
        else
        {
            int frame = cache?.Find(line) ?? None;
            LineState held = frame < 0 ? LineState.Invalid : cache!.State(frame);
            if (held == LineState.Modified && Strikes(CoherenceFault.LostForward))
                held = LineState.Exclusive;
            rule = CoherenceRules.Of(snoop, held);
            if (rule.HasData)
                GiveData(ref message, hasData ? cache!.Data(frame) : default, cache!.Poisoned(frame));
            if (frame >= 0 && !(snoop == H2DRequest.SnpInv && Strikes(CoherenceFault.MissedInvalidate)))
                SetCacheState(frame, rule.Kept);
        }

        message.Kind = (byte)(rule.HasData ? MessageKind.D2HData : MessageKind.D2HRsp);
        CoherenceFields.SetOpcode(ref message, (int)rule.Response);
        CoherenceFields.SetId(ref message, CoherenceFields.Id(message));
        message.Argument = 0;
        Emit(ref message, accessLatency);
    }
}
