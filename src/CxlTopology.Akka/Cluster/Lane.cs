using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What comes from one node of a run: batches in parts, in order, each once.</summary>
/// <remarks>Akka.Remote may lose a message and keeps the order of the others, so a gap in the numbers is a loss. Not thread-safe.</remarks>
internal sealed class Lane
{
    private const int HeadBytes = 16;
    private const int AheadMax = 2; // who has our batch may send the next one while we have not taken this one
    private readonly Queue<List<ReadOnlyMemory<byte>>> complete = new();
    private List<ReadOnlyMemory<byte>> parts = [];
    private int length;
    private int received;

    /// <summary>When something true last came from there, in milliseconds of the session's clock.</summary>
    public long LastHeard { get; set; }

    /// <summary>Since when it is doubted that the node is alive; null when it is not.</summary>
    public long? DoubtedSince { get; set; }

    /// <summary>Why.</summary>
    public string Doubt { get; set; } = "";

    /// <summary>How many batches have come, complete.</summary>
    public long Arrived { get; private set; }

    /// <summary>Whether a batch waits to be taken.</summary>
    public bool HasBatch => complete.Count > 0;

    /// <summary>What stands before a part's bytes.</summary>
    public static void WriteHead(Span<byte> head, long number, int length, int offset)
    {
        BitConverter.TryWriteBytes(head, number);
        BitConverter.TryWriteBytes(head[8..], length);
        BitConverter.TryWriteBytes(head[12..], offset);
    }

    /// <summary>Takes in a part of a batch.</summary>
    /// <param name="frameBody">The body of its frame; it is kept.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public string? Take(ReadOnlyMemory<byte> frameBody)
    {
        ReadOnlySpan<byte> body = frameBody.Span;
        if (body.Length < HeadBytes)
            return "it sent a part of a batch that is too short";
        long number = BitConverter.ToInt64(body);
        int total = BitConverter.ToInt32(body[8..]);
        int offset = BitConverter.ToInt32(body[12..]);
        ReadOnlySpan<byte> bytes = body[HeadBytes..];
        if (number != Arrived + 1 || offset != received)
            return $"a message was lost on the way: byte {offset} of batch {number} came, where byte {received} of batch {Arrived + 1} was due";
        if (total is < 0 or > WireBuffer.BytesMax || (received > 0 && total != length) || bytes.Length > total - received || (bytes.Length == 0 && total > 0))
            return $"it sent {bytes.Length} bytes of batch {number}, which has {total}, after {received}";
        if (complete.Count >= AheadMax)
            return $"it sent {AheadMax + 1} batches ahead";
        length = total;
        parts.Add(frameBody[HeadBytes..]);
        received += bytes.Length;
        if (received < length)
            return null;
        complete.Enqueue(parts);
        parts = [];
        received = 0;
        Arrived++;
        return null;
    }

    /// <summary>Moves the oldest batch to a buffer.</summary>
    public void MoveTo(WireBuffer buffer)
    {
        buffer.Clear();
        foreach (ReadOnlyMemory<byte> part in complete.Dequeue())
            buffer.WriteBytes(part.Span);
    }
}
