using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What devices write and give up: evictions, writes whose data is pulled, devices that hold nothing any more.</summary>
public sealed partial class HomeAgent
{
    /// <summary>Has a device send what it writes.</summary>
    private void Pull(int index, D2HRule rule)
    {
        if (!rule.Evicts)
            RemoveHolder(transactions[index].Line, RequesterOf(transactions[index])); // a device that writes past its cache has nothing in it
        transactions[index].Phase = TransactionPhase.Pull;
        SendResponse(index, MessageKind.H2DRsp, rule.First, GoState.Invalid);
    }

    /// <summary>A device gives a line up.</summary>
    private void OnEviction(int index, D2HRule rule)
    {
        ref Transaction t = ref transactions[index];
        if (rule.PullsData)
        {
            Pull(index, rule);
            return;
        }

        SendResponse(index, MessageKind.H2DRsp, rule.First, GoState.Invalid);
        if (!Strikes(CoherenceFault.DirectoryLeak))
            RemoveHolder(t.Line, RequesterOf(t));
        GiveUp(index);
    }

    /// <summary>The data of a write or of an eviction has come.</summary>
    private void OnPulled(ref Message message)
    {
        int index = IndexOf(message.Tag);
        if (index < 0 || transactions[index].Phase != TransactionPhase.Pull)
            return; // given up meanwhile
        ref Transaction t = ref transactions[index];
        D2HRule rule = CoherenceRules.Of((D2HRequest)t.Opcode);
        int requester = RequesterOf(t);
        hasData |= (message.Flags & Message.HasLines) != 0;
        if (rule.Evicts)
        {
            bool owned = directory.Find(t.Line).Owner == requester;
            RemoveHolder(t.Line, requester);
            bool isBogus = CoherenceFields.IsBogus(message);
            if ((owned && !isBogus) || (isBogus && Strikes(CoherenceFault.StaleEviction)))
            {
                TakeData(index, message);
                t.IsDirty = true;
                t.TimingOnly = !hasData;
            }

            GiveUp(index);
            return;
        }

        if (CoherenceFields.IsBogus(message))
        {
            End(index); // its writer is gone
            return;
        }

        if (rule.Request is D2HRequest.ItoMWr or D2HRequest.WrCur && cache is not null && rule.KeptBy(HostState(t.Line)) == LineState.Modified)
        {
            WriteIntoCache(index, ref message);
            return;
        }

        WriteThrough(index, ref message);
    }

    /// <summary>A device writes a whole line into the host's cache.</summary>
    private void WriteIntoCache(int index, ref Message message)
    {
        ulong line = transactions[index].Line;
        int frame = cache!.Find(line);
        if (frame < 0)
            frame = MakeRoom(line);
        if (frame < 0)
        {
            WriteThrough(index, ref message);
            return;
        }

        if (cache.Line(frame) != line || cache.State(frame) == LineState.Invalid)
            cache.Install(frame, line, LineState.Invalid);
        SetCacheState(frame, LineState.Modified);
        cache.Poisoned(frame) = Has(message, AccessFlags.Poison);
        if ((message.Flags & Message.HasLines) != 0)
        {
            Merge(cache.Data(frame), message);
            LogWrite(line, cache.Data(frame), message);
        }

        End(index);
    }

    private void RemoveHolder(ulong line, int device)
    {
        DirectoryEntry entry = directory.Find(line);
        if (entry.Owner == device)
            entry.Owner = -1;
        entry.Sharers &= (ushort)~(1 << device);
        directory.Set(line, entry);
    }

    /// <summary>A device holds nothing any more: it said so, or it is lost.</summary>
    internal void ForgetDevice(int device)
    {
        foreach ((ulong line, DirectoryEntry entry) in directory.All.Where(e => e.Entry.Owner == device || (e.Entry.Sharers >> device & 1) != 0).OrderBy(e => e.Line).ToArray())
        {
            if (entry.Owner == device)
                LogLost(line);
            RemoveHolder(line, device);
        }
    }
}
