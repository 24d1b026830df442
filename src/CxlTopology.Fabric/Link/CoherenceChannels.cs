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
    private readonly int[] own = new int[MessageKinds.CoherenceClasses];
    private readonly int[] far = new int[MessageKinds.CoherenceClasses];
    private readonly MessageQueue?[] waiting = new MessageQueue?[MessageKinds.CoherenceClasses];

    public CoherenceChannels((int Headers, int Lines) own, (int Headers, int Lines) far)
    {
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            this.own[i] = i == Data ? own.Lines : own.Headers;
            Credits[i] = this.far[i] = i == Data ? far.Lines : far.Headers;
        }
    }

    /// <summary>Credits that this end may spend.</summary>
    public int[] Credits { get; } = new int[MessageKinds.CoherenceClasses];

    /// <summary>Credits of the other end that this end has not given back yet.</summary>
    public int[] Owed { get; } = new int[MessageKinds.CoherenceClasses];

    /// <summary>What the other end's buffers have room for.</summary>
    public IReadOnlyList<int> Far => far;

    /// <summary>The index of a traffic class.</summary>
    public static int IndexOf(int trafficClass) => trafficClass - FirstClass;

    /// <summary>Whether a message of this kind has to wait.</summary>
    /// <remarks>A snoop does not pass a GO: the device must know what it holds before it is asked for it.</remarks>
    public bool MustWait(int index, byte kind) => Credits[index] == 0 || IsWaiting(index) || Blocked(kind);

    /// <summary>Has a message wait for a credit. Bounded by the buffers where it arrived.</summary>
    public void Wait(int index, ref Message message) => (waiting[index] ??= new MessageQueue(int.MaxValue)).Enqueue(ref message);

    /// <summary>The next message of a class that may go, and its credit; false if there is none.</summary>
    public bool TryTake(int index, out Message message)
    {
        message = default;
        if (!IsWaiting(index) || Credits[index] == 0 || Blocked(waiting[index]!.Peek().Kind))
            return false;
        Credits[index]--;
        message = waiting[index]!.Dequeue();
        return true;
    }

    /// <summary>The next waiting message of a class, credit or not.</summary>
    public bool TryGiveUp(int index, out Message message)
    {
        message = default;
        if (!IsWaiting(index))
            return false;
        message = waiting[index]!.Dequeue();
        return true;
    }

    /// <summary>Notes that a place in the own buffer is free; true when enough are owed to be worth a message.</summary>
    public bool GiveBack(int index) => ++Owed[index] >= Math.Max(1, own[index] / 4);

    /// <summary>Takes all owed credits, 16 bits a class.</summary>
    public ulong Collect()
    {
        ulong all = 0;
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            all |= (ulong)Owed[i] << (16 * i);
            Owed[i] = 0;
        }

        return all;
    }

    /// <summary>Takes credits in; false if there are more than the other end has room for.</summary>
    public bool Add(ulong packed)
    {
        bool fits = true;
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            Credits[i] += (int)(packed >> (16 * i) & 0xFFFF);
            fits &= Credits[i] <= far[i];
        }

        return fits;
    }

    private bool IsWaiting(int index) => waiting[index] is { Count: > 0 };

    private bool Blocked(byte kind) => kind == (byte)MessageKind.H2DReq && (IsWaiting(Response) || IsWaiting(Data));
}
