using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Bias of HDM-D pages.</summary>
public sealed partial class DeviceCoherence
{
    private const int LinesOfPage = 64;

    /// <summary>Where answers to accesses go: the device's engine.</summary>
    private Accelerator? engine;

    internal void Attach(Accelerator accelerator) => engine = accelerator;

    private void SetBias(ulong hpa, Bias bias)
    {
        if (bias == Bias.Host)
            Statistics.FlipsToHost++;
        else
            Statistics.FlipsToDevice++;
        if (bias == options.InitialBias)
            flipped.Remove(PageOf(hpa));
        else
            flipped.Set(PageOf(hpa), 1);
    }

    /// <summary>
    /// An engine wants a page in a bias. To the host's it flips at once, as the host may be given any line; to the device's when the host has flushed every line of it. A page of
    /// which the host has taken a line meanwhile stays the host's.
    /// </summary>
    private void OnFlip(ref Message message)
    {
        ulong page = PageOf(message.Address);
        var wanted = (Bias)message.Argument;
        if (filter is not null || !IsOwn(message.Address & LineMask) || BiasOf(page) == wanted)
        {
            AnswerFlip(ref message);
            return;
        }

        if (wanted == Bias.Host || Strikes(CoherenceFault.FlipWithoutFlush))
        {
            SetBias(page, wanted);
            AnswerFlip(ref message);
            return;
        }

        if (ParkedOnPage(page, ref message))
            return;
        int first = FlushPage(page);
        Keep(ref transactions[first].Request, ref message);
    }

    /// <summary>An access wants its page in device bias first. If the host is at the page meanwhile, it is made all the same, and asks for its line.</summary>
    private void AskForPage(ref Message message)
    {
        ulong page = PageOf(message.Address);
        Statistics.Accesses--; // it is counted when it is made
        if (ParkedOnPage(page, ref message))
            return;
        message.Spacing = 1; // asked
        Park(FlushPage(page), ref message);
    }

    /// <summary>Bias is by the page: while one of its lines is in use the others can wait.</summary>
    private bool ParkedOnPage(ulong page, ref Message message)
    {
        for (int i = 0; i < LinesOfPage; i++)
        {
            ulong line = page + (ulong)(i * LineBytes);
            int busy = own.Find(line);
            if (busy < 0)
                busy = host.Find(line);
            if (busy < 0)
                continue;
            Park(busy, ref message);
            return true;
        }

        return false;
    }

    /// <summary>Has the host give up every line of a page; the first of the transactions that do it.</summary>
    private int FlushPage(ulong page)
    {
        int first = None;
        for (int i = 0; i < LinesOfPage; i++)
        {
            ulong line = page + (ulong)(i * LineBytes);
            if (!IsOwn(line))
                continue; // another device's, by interleave
            int index = Allocate(line, TransactionKind.Flush);
            own.Set(line, index);
            if (first == None)
                first = index;
            transactions[first].Pending++;

            transactions[index].Other = first;
            transactions[index].TimingOnly = true;
            AskHome(index, D2HRequest.ClFlush, isOwn: true);
        }

        return first;
    }

    /// <summary>The host holds nothing more of a line; with the last of the page the page is the device's.</summary>
    private void EndFlush(int index)
    {
        int first = transactions[index].Other;
        ref Transaction t = ref transactions[first];
        bool isLast = --t.Pending == 0;
        if (!isLast)
        {
            transactions[index].Phase = TransactionPhase.Other; // nobody touches a line of the page before its bias is decided
            return;
        }

        ulong page = PageOf(t.Line);
        bool interrupted = t.IsShared;
        Message request = t.Request;
        t.Request.Payload = None;
        if (!interrupted)
            SetBias(page, Bias.Device);
        if (request.Kind != 0)
            AnswerFlip(ref request); // else an access waits for it
        for (int i = 0; i < LinesOfPage; i++)
        {
            if (own.Find(page + (ulong)(i * LineBytes)) is >= 0 and int flush && transactions[flush].Kind == TransactionKind.Flush)
                End(flush);
        }
    }

    private void AnswerFlip(ref Message message)
    {
        message.Kind = (byte)MessageKind.S2MNdr;
        message.Status = (byte)AccessStatus.Ok;
        message.Argument = (ulong)BiasOf(message.Address);
        SendInside(engine!, ref message, engineLatency);
    }
}
