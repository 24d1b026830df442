using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Translations that a device keeps (ATS): with them its jobs reach the host's memory by CXL.cache, at host addresses, and cache it.</summary>
/// <remarks>
/// A page that is not known is asked for, once; what is to be done there waits. 1,024 pages are kept, the oldest goes first. An invalidation takes pages out, and is answered when no access by
/// what was taken out is under way; what the cache holds of them stays coherent as all its lines do. A reset forgets all.
/// </remarks>
public sealed partial class Accelerator
{
    private const int PagesMax = 1024;
    private const uint OfTranslated = (uint)(AgentsMax - 1) << TagBits; // the tags of accesses by a translation: of no agent
    private readonly Dictionary<ulong, ulong> pages = []; // host address and permissions by page, for look-up alone
    private readonly Queue<ulong> pageOrder = new();
    private readonly SortedDictionary<ulong, MessageQueue> asked = []; // what waits, by page
    private readonly List<(ulong First, ulong Last, uint Tag, long Order)> voiding = [];
    private long order;

    /// <summary>Translations that were asked for.</summary>
    public long TranslationsAsked { get; private set; }

    /// <summary>Pages whose translation is known.</summary>
    public int PagesKnown => pages.Count;

    /// <summary>An access to the bus while translations may be kept.</summary>
    private void Translate(ref Message message)
    {
        ulong page = message.Address / IDeviceAddressSpace.Page;
        if (pages.TryGetValue(page, out ulong known))
        {
            Perform(ref message, known);
            return;
        }

        if (!Device.IsMaster)
        {
            Refuse(ref message, AccessStatus.BusMasterDisabled);
            return;
        }

        if (asked.TryGetValue(page, out MessageQueue? others))
        {
            others.Enqueue(ref message);
            return;
        }

        var waits = new MessageQueue(int.MaxValue);
        waits.Enqueue(ref message);
        asked.Add(page, waits);
        TranslationsAsked++;
        var question = new Message { Kind = (byte)MessageKind.DmaTranslate, Address = page * IDeviceAddressSpace.Page, Tag = life, Length = 1, Payload = -1, Time = Now.Femtoseconds, Port = NoPort };
        HandOver(Parent!, ref question);
    }

    /// <summary>Has an access done at the host address of its page, if it is allowed.</summary>
    private void Perform(ref Message message, ulong known)
    {
        bool isRead = message.Kind == (byte)MessageKind.M2SReq;
        if ((known & (isRead ? IDeviceAddressSpace.MayRead : IDeviceAddressSpace.MayWrite)) == 0)
        {
            Refuse(ref message, AccessStatus.TranslationFault);
            return;
        }

        if (!TryTakeSlot(out int slot))
        {
            Refuse(ref message, AccessStatus.Timeout);
            return;
        }

        outstanding[slot] = new Outstanding { IsUsed = true, IsTranslated = true, IsRead = isRead, Tag = message.Tag, LineOfBurst = message.Credits, Address = message.Address, Order = ++order };
        message.Tag = OfTranslated | (uint)slot;
        message.Address = known & ~(IDeviceAddressSpace.Page - 1) | message.Address & (IDeviceAddressSpace.Page - 1);
        message.Time = Now.Femtoseconds;
        HandOver(coherence, ref message);
    }

    /// <summary>The IOMMU has answered: what waited goes on.</summary>
    private void OnTranslated(ref Message message)
    {
        ulong page = message.Address / IDeviceAddressSpace.Page;
        if (message.Tag != life || !asked.Remove(page, out MessageQueue? waits))
            return; // from before a reset

        bool granted = message.Status == (byte)AccessStatus.Ok;
        if (granted)
        {
            if (pages.Count >= PagesMax)
                pages.Remove(pageOrder.Dequeue());
            pages[page] = message.Argument;
            pageOrder.Enqueue(page);
        }

        bool isCounted = !granted; // one, by the IOMMU
        while (waits.Count > 0)
        {
            Message access = waits.Dequeue();
            if (granted)
                Perform(ref access, message.Argument);
            else if (isCounted)
                RefuseUncounted(ref access, AccessStatus.TranslationFault);
            else
                Refuse(ref access, AccessStatus.TranslationFault);
            isCounted = false;
        }
    }

    /// <summary>An access by a translation is done: its agent gets the answer.</summary>
    /// <returns>False if it is of nobody.</returns>
    private bool TryEndTranslated(ref Message message)
    {
        var slot = (int)(message.Tag & SlotMask);
        if (slot >= slots.Reached || outstanding[slot] is not { IsUsed: true, IsTranslated: true })
        {
            DropPayload(ref message);
            return false;
        }

        message.Tag = outstanding[slot].Tag;
        message.Address = outstanding[slot].Address;
        outstanding[slot] = default;
        slots.Return(slot);
        Settle();
        return true;
    }

    /// <summary>The host takes translations back.</summary>
    private void OnInvalidate(ref Message message)
    {
        ulong last = message.Argument - 1 > ulong.MaxValue - message.Address ? ulong.MaxValue : message.Address + (message.Argument - 1);
        for (int left = pageOrder.Count; left > 0; left--)
        {
            ulong page = pageOrder.Dequeue();
            ulong at = page * IDeviceAddressSpace.Page;
            if (at >= message.Address && at <= last)
                pages.Remove(page);
            else
                pageOrder.Enqueue(page);
        }

        voiding.Add((message.Address, last, message.Tag, order));
        Settle();
    }

    /// <summary>Answers the invalidations that nothing is under way for any more.</summary>
    private void Settle()
    {
        for (int i = 0; i < voiding.Count;)
        {
            (ulong first, ulong last, uint tag, long before) = voiding[i];
            if (IsUnderWay(first, last, before))
            {
                i++;
                continue;
            }

            voiding.RemoveAt(i);
            var done = new Message { Kind = (byte)MessageKind.DmaInvalidated, Tag = tag, Length = 1, Payload = -1, Time = Now.Femtoseconds, Port = NoPort };
            HandOver(Parent!, ref done);
        }
    }

    private bool IsUnderWay(ulong first, ulong last, long before)
    {
        for (int slot = 0; slot < slots.Reached; slot++)
        {
            if (outstanding[slot] is { IsUsed: true, IsTranslated: true } access && access.Order <= before && access.Address >= first && access.Address <= last)
                return true;
        }

        return false;
    }

    /// <summary>Accesses by translations will not be answered: their agents are told.</summary>
    private void RefuseTranslated()
    {
        for (int slot = 0; slot < slots.Reached; slot++)
        {
            if (outstanding[slot] is { IsUsed: true, IsTranslated: true })
                RefuseOutstanding(slot);
        }

        Settle();
    }

    private void ForgetTranslations()
    {
        pages.Clear();
        pageOrder.Clear();
        foreach (MessageQueue waits in asked.Values)
        {
            while (waits.Count > 0)
            {
                Message access = waits.Dequeue();
                Refuse(ref access, AccessStatus.EngineReset);
            }
        }

        asked.Clear();
    }
}
