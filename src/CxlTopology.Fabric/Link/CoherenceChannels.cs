using System.Runtime.CompilerServices;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Credits and waiting messages of the coherence classes at one end of a link: back-invalidate, CXL.cache requests, responses and data.</summary>
/// <remarks>Made when the first such message comes by: most links never carry one. Each class has a buffer of its own, as large as that of CXL.mem messages of its kind.</remarks>
internal sealed class CoherenceChannels
{
    /// <summary>Index of back-invalidate snoops and responses.</summary>
    public const int BackInvalidate = 0;

    /// <summary>Index of CXL.cache requests and snoops.</summary>
    public const int Request = 1;

    /// <summary>Index of CXL.cache responses.</summary>
    public const int Response = 2;

    /// <summary>Index of CXL.cache data.</summary>
    public const int Data = 3;

    private const int FirstClass = 2;
    private readonly MessageQueue?[] waiting = new MessageQueue?[MessageKinds.CoherenceClasses];
    private int waitingCount;
    private PerClass enough; // owed credits that are worth a message
    private PerClass far;
    private PerClass credits;
    private PerClass owed;

    public CoherenceChannels((int Headers, int Lines) own, (int Headers, int Lines) far)
    {
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            enough[i] = Math.Max(1, (i == Data ? own.Lines : own.Headers) / 4);
            credits[i] = this.far[i] = i == Data ? far.Lines : far.Headers;
        }
    }

    /// <summary>Credits that this end may spend.</summary>
    public ref PerClass Credits => ref credits;

    /// <summary>Credits of the other end that this end has not given back yet.</summary>
    public ref PerClass Owed => ref owed;

    /// <summary>Whether any are owed.</summary>
    public bool OwesAny => (owed[BackInvalidate] | owed[Request] | owed[Response] | owed[Data]) != 0;

    /// <summary>What the other end's buffers have room for.</summary>
    public ref readonly PerClass Far => ref far;

    /// <summary>Whether messages of any class wait.</summary>
    public bool HasWaiting => waitingCount != 0;

    /// <summary>The index of a traffic class.</summary>
    public static int IndexOf(int trafficClass) => trafficClass - FirstClass;

    /// <summary>Whether a message of this kind has to wait.</summary>
    /// <remarks>A snoop does not pass a GO: the device must know what it holds before it is asked for it.</remarks>
    public bool MustWait(int index, byte kind) => credits[index] == 0 || (waitingCount != 0 && (IsWaiting(index) || Blocked(kind)));

    /// <summary>Has a message wait for a credit. Bounded by the buffers where it arrived.</summary>
    public void Wait(int index, ref Message message)
    {
        (waiting[index] ??= new MessageQueue(int.MaxValue)).Enqueue(ref message);
        waitingCount++;
    }

    /// <summary>The next message of a class that may go, and its credit; false if there is none.</summary>
    public bool TryTake(int index, out Message message)
    {
        message = default;
        if (!IsWaiting(index) || credits[index] == 0 || Blocked(waiting[index]!.Peek().Kind))
            return false;
        credits[index]--;
        waitingCount--;
        message = waiting[index]!.Dequeue();
        return true;
    }

    /// <summary>The next waiting message of a class, credit or not.</summary>
    public bool TryGiveUp(int index, out Message message)
    {
        message = default;
        if (!IsWaiting(index))
            return false;
        waitingCount--;
        message = waiting[index]!.Dequeue();
        return true;
    }

    /// <summary>Notes that a place in the own buffer is free; true when enough are owed to be worth a message.</summary>
    public bool GiveBack(int index) => ++owed[index] >= enough[index];

    /// <summary>Takes all owed credits, 16 bits a class.</summary>
    public ulong Collect()
    {
        ulong all = 0;
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            all |= (ulong)owed[i] << (16 * i);
            owed[i] = 0;
        }

        return all;
    }

    /// <summary>Takes credits in; false if there are more than the other end has room for.</summary>
    public bool Add(ulong packed)
    {
        bool fits = true;
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            credits[i] += (int)(packed >> (16 * i) & 0xFFFF);
            fits &= credits[i] <= far[i];
        }

        return fits;
    }

    /// <summary>A number for each class.</summary>
    [InlineArray(MessageKinds.CoherenceClasses)]
    internal struct PerClass
    {
        private int first;
    }

    private bool IsWaiting(int index) => waiting[index] is { Count: > 0 };

    private bool Blocked(byte kind) => kind == (byte)MessageKind.H2DReq && (IsWaiting(Response) || IsWaiting(Data));
}
