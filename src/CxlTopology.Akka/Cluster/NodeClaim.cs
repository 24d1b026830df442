using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What a node holds for the run that it was taken for.</summary>
internal sealed class NodeClaim(RunKey key, int number, NodeAddress coordinator, IActorRef coordinatorActor)
{
    private const int HeadBytes = 8;
    private byte[] job = [];
    private int received;

    /// <summary>The largest job: 256 MiB.</summary>
    public const int JobBytesMax = 256 << 20;

    /// <summary>The run's key.</summary>
    public RunKey Key { get; } = key;

    /// <summary>This node's number in it.</summary>
    public int Number { get; } = number;

    /// <summary>Who takes this node.</summary>
    public NodeAddress Coordinator { get; } = coordinator;

    /// <summary>Its actor.</summary>
    public IActorRef CoordinatorActor { get; } = coordinatorActor;

    /// <summary>When the coordinator last said something.</summary>
    public long LastHeard { get; set; }

    /// <summary>The run's session, once it is known who takes part.</summary>
    public RunSession? Session { get; set; }

    /// <summary>The thread of the share, once it runs.</summary>
    public Thread? Runner { get; set; }

    /// <summary>When the share ended; null while it has not.</summary>
    public long? EndedAt { get; set; }

    /// <summary>The job that has come.</summary>
    public ReadOnlyMemory<byte> Job => job.AsMemory(0, received);

    /// <summary>What stands before the bytes of a part.</summary>
    public static void WriteHead(Span<byte> head, int total, int offset)
    {
        BitConverter.TryWriteBytes(head, total);
        BitConverter.TryWriteBytes(head[4..], offset);
    }

    /// <summary>Takes a part of the job, and says how much has come; memory grows with what has come, not with what was announced.</summary>
    /// <exception cref="WireException">It does not follow the last one, or the job is too large.</exception>
    public int TakePart(ReadOnlySpan<byte> body)
    {
        if (body.Length < HeadBytes)
            throw new WireException("a part of the job is too short");
        int total = BitConverter.ToInt32(body);
        int offset = BitConverter.ToInt32(body[4..]);
        ReadOnlySpan<byte> bytes = body[HeadBytes..];
        if (total is < 0 or > JobBytesMax || offset != received || bytes.Length > total - received)
            throw new WireException($"a part of the job has {bytes.Length} bytes from {offset} of {total}, where {received} have come");
        if (received + bytes.Length > job.Length)
            Array.Resize(ref job, (int)Math.Min(total, Math.Max(received + bytes.Length, 2L * job.Length)));
        bytes.CopyTo(job.AsSpan(received));
        received += bytes.Length;
        return received;
    }

    /// <summary>Tells the coordinator something of the run.</summary>
    public void Tell(FrameKind kind, ReadOnlySpan<byte> body, IActorRef from) => CoordinatorActor.Tell(Key.Seal(kind, Number, 0, body), from);
}
