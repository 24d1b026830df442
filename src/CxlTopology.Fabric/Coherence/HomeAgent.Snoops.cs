using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Snoops of devices and their answers.</summary>
public sealed partial class HomeAgent
{
    /// <summary>Sends a snoop to everyone but the requester who must hear of a request; true if there are answers to wait for.</summary>
    private bool SnoopOthers(int index, H2DRequest snoop, bool sharersToo, int except)
    {
        ref Transaction t = ref transactions[index];
        DirectoryEntry entry = directory.Find(t.Line);
        int targets = entry.Owner >= 0 && entry.Owner != except ? 1 << entry.Owner : 0;
        if (sharersToo)
            targets |= except >= 0 ? entry.Sharers & ~(1 << except) : entry.Sharers;
        if (targets == 0)
            return false;
        bool stale = snoop == H2DRequest.SnpInv && Strikes(CoherenceFault.StaleGo);
        t.Phase = TransactionPhase.Snoops;
        for (; targets != 0; targets &= targets - 1)
        {
            int device = BitOperations.TrailingZeroCount(targets);
            if (snoop == H2DRequest.SnpInv && Strikes(CoherenceFault.LostSnoop))
            {
                RemoveHolder(t.Line, device);
                continue;
            }

            t.Pending++;
            Statistics.Snoops++;
            var message = new Message { Kind = (byte)MessageKind.H2DReq, Address = t.Line, Tag = TagOf(index) & ~TagBase, Length = 1, Payload = None };
            if (stale)
            {
                message.Tag = IndexMask | LifeMask << IndexBits;
                t.Pending--;
                RemoveHolder(t.Line, device);
            }

            CoherenceFields.SetOpcode(ref message, (int)snoop);
            CoherenceFields.SetId(ref message, device);
            Emit(ref message);
        }

        return t.Pending > 0;
    }

    private void OnSnoopResponse(ref Message message)
    {
        int index = IndexOf(message.Tag);
        if (index < 0 || transactions[index].Phase != TransactionPhase.Snoops)
            return; // given up meanwhile
        ref Transaction t = ref transactions[index];
        int device = CoherenceFields.Id(message);
        var response = (D2HResponse)CoherenceFields.Opcode(message);
        DirectoryEntry entry = directory.Find(t.Line);
        bool owned = entry.Owner == device;
        if (response is D2HResponse.RspIHitI or D2HResponse.RspIHitSE or D2HResponse.RspIFwdM)
        {
            RemoveHolder(t.Line, device);
        }
        else if (owned && response is D2HResponse.RspSHitSE or D2HResponse.RspSFwdM)
        {
            entry.Owner = -1;
            entry.Sharers |= (ushort)(1 << device);
            directory.Set(t.Line, entry);
        }

        if (message.Status != (byte)AccessStatus.Ok && owned)
            LogLost(t.Line); // the device cannot be reached, and what it held is gone
        if (message.Kind == (byte)MessageKind.D2HData)
        {
            hasData |= (message.Flags & Message.HasLines) != 0;
            TakeData(index, message);
            t.IsDirty |= response != D2HResponse.RspVFwdV;
        }

        if (--t.Pending > 0)
            return;
        if (t.Kind == TransactionKind.BackInvalidate)
        {
            t.Asked = true;
            AnswerBackInvalidate(index);
        }
        else
        {
            Evaluate(index);
        }
    }
}
