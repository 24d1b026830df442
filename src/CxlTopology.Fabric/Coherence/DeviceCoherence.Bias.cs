using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Bias of HDM-D pages.</summary>
public sealed partial class DeviceCoherence
{
    private const int LinesOfPage = 64;

    /// <summary>Where answers to accesses go: the device's engine.</summary>
    private ComponentActor? engine;

    /// <summary>Whether accesses carry data.</summary>
    private bool hasData;

    internal void Attach(ComponentActor accelerator) => engine = accelerator;

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
        if (filter is not null || !IsOwn(page) || BiasOf(page) == wanted)
        {
            AnswerFlip(ref message);
            return;
        }

        if (wanted == Bias.Host)
        {
            SetBias(page, Bias.Host);
            AnswerFlip(ref message);
            return;
        }

        // Bias is by the page: while one of its lines is in use the others can wait.
        for (int i = 0; i < LinesOfPage; i++)
        {
            ulong line = page + (ulong)(i * LineBytes);
            int busy = own.Find(line);
            if (busy < 0)
                busy = host.Find(line);
            if (busy < 0)
                continue;
            Park(busy, ref message);
            return;
        }

        int first = None;
        for (int i = 0; i < LinesOfPage; i++)
        {
            ulong line = page + (ulong)(i * LineBytes);
            int index = Allocate(line, TransactionKind.Flush);
            own.Set(line, index);
            if (first == None)
            {
                first = index;
                ref Transaction t = ref transactions[first];
                t.Pending = LinesOfPage;
                Keep(ref t.Request, ref message);
            }

            transactions[index].Other = first;
            transactions[index].TimingOnly = true;
            AskHome(index, D2HRequest.ClFlush, isOwn: true);
        }
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
        AnswerFlip(ref request);
        for (int i = 0; i < LinesOfPage; i++)
            End(own.Find(page + (ulong)(i * LineBytes)));
    }

    private void AnswerFlip(ref Message message)
    {
        message.Kind = (byte)MessageKind.S2MNdr;
        message.Status = (byte)AccessStatus.Ok;
        message.Argument = (ulong)BiasOf(message.Address);
        SendInside(engine!, ref message, accessLatency);
    }
}
