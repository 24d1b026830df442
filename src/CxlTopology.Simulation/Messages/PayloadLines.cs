using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>The data of messages: 64-byte lines in slots that never move, chained where a message carries several.</summary>
internal sealed class PayloadLines
{
    public const int LineBytes = 64;
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;
    private readonly byte[][] chunks;
    private readonly int[][] next;

    public PayloadLines(int limit)
    {
        int count = (limit + ChunkSize - 1) >> ChunkBits;
        chunks = new byte[count][];
        next = new int[count][];
        Slots = new SlotSource(limit, ChunkSize, "payload lines", nameof(SimulationOptions.PayloadLinesMax), chunk =>
        {
            next[chunk] = new int[ChunkSize];
            chunks[chunk] = new byte[ChunkSize * LineBytes];
        });
    }

    public SlotSource Slots { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Line(int slot) => chunks[slot >> ChunkBits].AsSpan((slot & (ChunkSize - 1)) * LineBytes, LineBytes);

    /// <summary>The line after this one in its chain, or -1.</summary>
    public ref int Next(int slot) => ref next[slot >> ChunkBits][slot & (ChunkSize - 1)];
}
