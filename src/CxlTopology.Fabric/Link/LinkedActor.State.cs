using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The state of the link: up or down, and who decides.</summary>
/// <remarks>
/// The upper end decides: its link is up while nothing holds it down. When it takes the link down it tells the lower end, for which that is
/// a hot reset; when the last hold is gone it trains, which takes <see cref="LinkOptions.Training"/> and an exchange with the lower end. A
/// link that fails is taken down at both ends from outside (<see cref="MessageKind.LinkControl"/>), and comes up from outside at once.
/// What arrives at a lower end that is down is lost and counted; its place in the buffer is given back.
/// </remarks>
public abstract partial class LinkedActor
{
    private const ulong SignalLost = 0;
    private const ulong SignalTrain = 1;
    private const ulong SignalTrained = 2;
    private const int SignalBits = 2;
    private bool isLower;
    private LinkHold holds;
    private uint training;

    /// <summary>Takes the link down for good: what waits, and what comes from now on, is answered here.</summary>
    protected void TakeDown() => Hold(LinkHold.Outside);

    /// <summary>At an upper end: takes the link down for a reason. The lower end is told, unless the link does not work.</summary>
    private protected void Hold(LinkHold reason)
    {
        if (Link is null || (holds & reason) != 0)
            return;
        holds |= reason;
        if ((holds & LinkHold.Outside) == 0)
            Signal(SignalLost);
        if (IsUp)
            GoDown();
    }

    /// <summary>At an upper end: takes a reason back. The link trains when it was the last.</summary>
    private protected void Release(LinkHold reason)
    {
        if ((holds & reason) == 0)
            return;
        holds &= ~reason;
        if ((holds & ~LinkHold.Training) != 0)
            return;
        if (reason == LinkHold.Outside && holds == LinkHold.None)
            ComeUp();
        else
            Train();
    }

    /// <summary>At a lower end: the link above went down, which is a hot reset.</summary>
    private protected virtual void OnLinkLost() => GoDown();

    /// <summary>At an upper end: the link went down; what waits for it has not been answered yet.</summary>
    private protected virtual void OnLinkDown()
    {
    }

    /// <summary>At a lower end: the link above is up again.</summary>
    private protected virtual void OnLinkBack()
    {
    }

    /// <summary>At a lower end that resets by itself: it takes the link down, and the upper end is to train it again.</summary>
    private protected void DropLink()
    {
        if (Link is null)
            return;
        Signal(SignalLost);
        GoDown();
    }

    /// <summary>Gives up what waits for credits.</summary>
    private protected void LoseWaiting()
    {
        foreach (MessageQueue? queue in (ReadOnlySpan<MessageQueue?>)waiting)
        {
            while (queue is { Count: > 0 })
            {
                Message message = queue.Dequeue();
                Lose(ref message);
            }
        }

        for (int i = 0; channels is not null && i < MessageKinds.CoherenceClasses; i++)
        {
            while (channels.TryGiveUp(i, out Message message))
                Lose(ref message);
        }
    }

    /// <inheritdoc/>
    private protected override void OnResetAsked(ResetRequests asked)
    {
        if ((asked & ResetRequests.Bridge) == 0 || isLower)
            return;
        Apply(Function!.IsInSecondaryBusReset, LinkHold.SecondaryBusReset);
        Apply(Function!.IsLinkDisabled, LinkHold.Disabled);
    }

    /// <summary>The port itself is reset, by the switch or host bridge that it belongs to: its link goes down, and trains when the reset is over.</summary>
    private protected void ResetPort(ResetKind kind)
    {
        Hold(LinkHold.Above);
        Function?.Reset(kind);
        holds &= ~(LinkHold.SecondaryBusReset | LinkHold.Disabled);
        TellFunction();
    }

    private protected void GoDown()
    {
        bool wasUp = IsUp;
        IsUp = false;
        TellFunction();
        if (wasUp && !isLower)
        {
            NoteLinkChange(isSurprise: (holds & (LinkHold.SecondaryBusReset | LinkHold.Disabled | LinkHold.Above)) == 0);
            OnLinkDown();
        }

        FailWaiting();
        if (wasUp && !isLower)
            TellLoss();
    }

    private void Apply(bool asked, LinkHold reason)
    {
        if (asked)
            Hold(reason);
        else
            Release(reason);
    }

    private void ComeUp()
    {
        bool wasUp = IsUp;
        IsUp = Link is not null;
        TellFunction();
        if (IsUp && !wasUp)
            NoteLinkChange(isSurprise: false);
        while (IsUp && (owed[0] | owed[1]) != 0)
            SendCredits(); // of what was lost meanwhile: the other end may have none left
        if (IsUp && channels is { OwesAny: true })
            SendCoherentCredits();
    }

    private void Train()
    {
        holds |= LinkHold.Training;
        var timer = new Message { Kind = (byte)MessageKind.LinkTimer, Argument = ++training, Payload = -1 };
        Schedule(ref timer, Link!.Training);
    }

    private void Signal(ulong signal)
    {
        var message = new Message { Kind = (byte)MessageKind.LinkSignal, Argument = signal | (ulong)training << SignalBits, Payload = -1 };
        Send(ref message, peer);
    }

    private bool HandleStateMessage(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.LinkControl:
                OnControl(up: message.Argument != 0);
                return true;
            case MessageKind.LinkTimer:
                if (message.Argument == training && holds == LinkHold.Training)
                    Signal(SignalTrain);
                return true;
            case MessageKind.LinkSignal when isLower:
                OnSignalFromAbove(message.Argument);
                return true;
            case MessageKind.LinkSignal:
                OnSignalFromBelow(message.Argument);
                return true;
            default:
                return false;
        }
    }

    private void OnControl(bool up)
    {
        if (isLower)
        {
            if (!up)
            {
                OnLinkLost();
                return;
            }

            ComeUp();
            OnLinkBack();
        }
        else if (up)
        {
            Release(LinkHold.Outside);
        }
        else
        {
            Hold(LinkHold.Outside);
        }
    }

    private void OnSignalFromAbove(ulong signal)
    {
        const ulong Kind = (1 << SignalBits) - 1;
        if ((signal & Kind) == SignalLost)
        {
            OnLinkLost();
            return;
        }

        training = (uint)(signal >> SignalBits); // the answer names the attempt
        Signal(SignalTrained);
        ComeUp();
        OnLinkBack();
    }

    private void OnSignalFromBelow(ulong signal)
    {
        if (signal == SignalTrained + ((ulong)training << SignalBits))
        {
            if ((holds & LinkHold.Training) == 0)
                return;
            holds &= ~LinkHold.Training;
            if (holds == LinkHold.None)
                ComeUp();
            return;
        }

        if ((signal & 3) != SignalLost)
            return; // of an attempt that was given up
        if (IsUp)
            GoDown();
        if ((holds & ~LinkHold.Training) == 0)
            Train();
    }
}
