using CxlTopology.Simulation;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>Requests of a workload in a guest: the processor translates their addresses by the guest's second stage before they reach the host.</summary>
public sealed partial class Requester
{
    /// <summary>The workload begins; in a guest that has not what it goes to it ends there.</summary>
    private void Begin()
    {
        origin = Now.Femtoseconds;
        string? reason = null;
        ulong? first = options.Guest is { } guest ? guest.Locate(options.Base, out reason) : options.IsJob ? jobBase : options.Base;
        if (first is not { } at)
        {
            Statistics.NotStarted = reason;
            exhausted = true;
            return;
        }

        start = at;
        Issue();
    }

    private void IssueInGuest(int slot, bool mayPrepare)
    {
        ref Pending request = ref pending[slot];
        GuestAddressSpace guest = options.Guest!;
        switch (guest.Translate(request.Address, request.IsWrite, out ulong hostAddress, out SimDuration cost))
        {
            case GuestTranslation.Mapped:
                request.Held = false;
                IssueRequest(slot, hostAddress, cost);
                break;
            case GuestTranslation.Unprepared when mayPrepare:
                request.Held = true;
                Message question = guest.Ask((ulong)(uint)slot | (ulong)request.Life << SlotBits, request.Address);
                SendInside(guest.Program, ref question, SimDuration.Zero);
                break;
            default:
                AnswerUnmapped(slot, ref request, guest.Trap);
                break;
        }
    }

    /// <summary>The page of a request is prepared: it is issued, unless it was given up meanwhile.</summary>
    private void OnPrepared(ulong question)
    {
        int slot = (int)(question & ((1UL << SlotBits) - 1));
        if (pending[slot].Lines != 0 && pending[slot].Life == question >> SlotBits)
            IssueInGuest(slot, mayPrepare: false);
    }

    /// <summary>What no memory is behind is served by the hypervisor: a load gives all ones, a store goes nowhere.</summary>
    private void AnswerUnmapped(int slot, ref Pending request, SimDuration trap)
    {
        Statistics.Unmapped++;
        request.Held = false;
        var answer = new Message
        {
            Kind = (byte)(request.IsWrite ? MessageKind.S2MNdr : MessageKind.S2MDrs),
            Tag = (uint)slot | (uint)request.Life << SlotBits,
            Status = (byte)AccessStatus.NoWindow,
            Payload = -1,
        };
        if (request.Lines > 1)
        {
            answer.Flags = (ushort)AccessFlags.Burst;
            answer.Argument = request.Mask;
        }

        if (options.Checker is { } checker && request.IsWrite)
        {
            for (ulong rest = request.Mask; rest != 0; rest &= rest - 1)
                checker.WriteIssued(request.LineAt(System.Numerics.BitOperations.TrailingZeroCount(rest)), request.Enables);
        }

        SendInside(this, ref answer, trap);
    }
}
