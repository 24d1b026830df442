using System.Numerics;
using System.Runtime.CompilerServices;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The transmitter of a port: credits, what waits for them, and the slots that messages take on the wire.</summary>
public abstract partial class LinkedActor
{
    /// <summary>Takes in what rides on a message that arrived over the link.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void TakeCredits(ref Message message)
    {
        if (message.Credits != 0)
            AddCredits(ref message);
    }

    private void AddCredits(ref Message message)
    {
        credits[0] += message.Credits & 0xFF;
        credits[1] += message.Credits >> 8;
        message.Credits = 0;
        if (credits[0] > farBuffer[0] || credits[1] > farBuffer[1])
            ThrowTooManyCredits();
        if ((waiting[0] ?? waiting[1]) is not null)
            SendAllWaiting();
    }

    private void SendAllWaiting()
    {
        if (waiting[0] is { Count: > 0 })
            SendWaiting(0);
        if (waiting[1] is { Count: > 0 })
            SendWaiting(1);
        if (waiting[0] is { Count: > 0 })
            SendWaiting(0); // an acknowledged conflict may have waited for data
    }

    /// <summary>A message has left the buffer of this port; the other end may send as many lines again.</summary>
    protected void GiveBack(int trafficClass, int lines)
    {
        if (trafficClass >= MessageKinds.CreditedClasses)
        {
            if (trafficClass != MessageKinds.UncreditedClass)
                GiveBackCoherent(trafficClass);
            return;
        }

        int pool = ownBuffer[trafficClass];
        owed[trafficClass] += lines;
        // Credits must not stay here while the other end waits for a whole burst's worth of them.
        int enough = pool < LinesOfBurst ? pool / 4 : Math.Min(pool / 4, pool - LinesOfBurst + 1);
        if (owed[trafficClass] >= Math.Max(1, enough) && IsUp)
            SendCredits();
    }

    /// <summary>Sends a message over the link, or has it wait for a credit. Its time says when it is ready.</summary>
    protected void Transmit(ref Message message)
    {
        if (!IsUp)
        {
            OnCannotSend(ref message, Link is null ? AccessStatus.NoDevice : AccessStatus.LinkDown);
            return;
        }

        int trafficClass = MessageKinds.ClassOf(message.Kind);
        if (trafficClass < MessageKinds.CreditedClasses)
        {
            int need = message.Length;
            if (credits[trafficClass] < need || waiting[trafficClass] is { Count: > 0 } || IsBehindData(message))
            {
                TransmitLater(ref message, trafficClass);
                return;
            }

            credits[trafficClass] -= need;
        }
        else if (trafficClass != MessageKinds.UncreditedClass)
        {
            TransmitCoherent(ref message, trafficClass);
            return;
        }

        Emit(ref message);
    }

    /// <summary>Has a message wait for credits. What is longer than the other end's buffer goes in parts.</summary>
    private void TransmitLater(ref Message message, int trafficClass)
    {
        if (message.Length > farBuffer[trafficClass])
        {
            TransmitInParts(ref message, farBuffer[trafficClass]);
            return;
        }

        Waited++;
        (waiting[trafficClass] ??= new MessageQueue(int.MaxValue)).Enqueue(ref message);
    }

    /// <summary>Gives up a message that cannot be completed to anyone: its buffer is freed, it is counted, its requester will time out.</summary>
    protected void Lose(ref Message message)
    {
        Lost++;
        Leave(ref message);
        DropPayload(ref message);
    }

    private void ThrowTooManyCredits() => throw new InvariantException($"{Path} holds more credits than the other end has buffers at {Now}.");

    /// <summary>Counts what was given up elsewhere in the component.</summary>
    private protected void CountLost(int messages) => Lost += messages;

    /// <summary>Sends a burst that is longer than the other end's buffer as several.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TransmitInParts(ref Message message, int lines)
    {
        while (message.Length > lines)
        {
            ulong all = message.Argument;
            ulong part = all;
            for (ulong rest = all; BitOperations.PopCount(part) > lines; rest = part)
                part &= ~(1UL << (63 - BitOperations.LeadingZeroCount(rest)));
            Message split = Bursts.Split(message, part);
            SplitLines(ref message, ref split, all);
            Bursts.Narrow(ref message, all & ~part);
            Transmit(ref split);
        }

        Transmit(ref message);
    }

    private void Emit(ref Message message)
    {
        int slots = LinkTiming.SlotsOf(message.Kind);
        long ready = message.Time;
        Leave(ref message);
        MessagesSent++;
        if (MessageKinds.HasData(message.Kind))
            LinesSent += message.Length;
        // Credits ride in flits as these leave. On a message that will wait for the transmitter they would wait as well.
        message.Credits = timing.Free - ready <= RideAlong ? CollectCredits() : (ushort)0;
        if (message.Length <= 1)
        {
            Send(ref message, peer, new SimTime(timing.Reserve(ready, slots)));
            return;
        }

        EmitTrain(ref message, ready, slots);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EmitTrain(ref Message message, long ready, int slots)
    {
        (long first, long last) = timing.ReserveTrain(ready, message.Length, slots, TrainGap.Get(message));
        TrainGap.Set(ref message, first, last);
        Send(ref message, peer, new SimTime(first));
    }

    /// <summary>Tells the port at which a message arrived that its place in the buffer is free.</summary>
    protected void Leave(ref Message message)
    {
        if (message.Port == NoPort || PortAt(message.Port) is not { } port)
            return;
        if (ReferenceEquals(port, this))
        {
            GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
        }
        else if (TryEnter(port))
        {
            port.GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
            Resume();
        }
        else
        {
            LeaveStopped(port, message);
        }
    }

    // Its supervisor decides about it: what it is told waits until then, or is nobody's.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LeaveStopped(LinkedActor port, in Message message)
    {
        var freed = new Message { Kind = (byte)MessageKind.BufferFreed, Class = (byte)MessageKinds.ClassOf(message.Kind), Length = message.Length, Payload = -1 };
        HandOver(port, ref freed);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // a message of its own, which whoever inlined it would clear each time
    private void SendCredits()
    {
        var message = new Message { Kind = (byte)MessageKind.LinkCredit, Payload = -1, Credits = CollectCredits() };
        Send(ref message, peer);
    }

    private ushort CollectCredits()
    {
        if ((owed[0] | owed[1]) == 0)
            return 0;
        int header = Math.Min(owed[0], 0xFF);
        int data = Math.Min(owed[1], 0xFF);
        owed[0] -= header;
        owed[1] -= data;
        return (ushort)(header | data << 8);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendWaiting(int trafficClass)
    {
        MessageQueue? queue = waiting[trafficClass];
        while (queue is { Count: > 0 } && IsUp)
        {
            int need = queue.Peek().Length;
            if (credits[trafficClass] < need || IsBehindData(queue.Peek()))
                return;
            credits[trafficClass] -= need;
            Message message = queue.Dequeue();
            message.Time = Math.Max(message.Time, Now.Femtoseconds);
            Emit(ref message);
        }
    }

    private void FailWaiting()
    {
        foreach (MessageQueue? queue in (ReadOnlySpan<MessageQueue?>)waiting)
        {
            while (queue is { Count: > 0 })
            {
                Message message = queue.Dequeue();
                message.Time = Now.Femtoseconds;
                OnCannotSend(ref message, AccessStatus.LinkDown);
            }
        }

        FailWaitingCoherent();
    }

    [InlineArray(MessageKinds.CreditedClasses)]
    private struct PerClass<T>
    {
        private T first;
    }
}
