using System.Runtime.CompilerServices;

namespace CxlTopology.Simulation;

/// <summary>Every message of a run, in slots that never move: a handler may hold a reference while others are added.</summary>
internal sealed class MessageSlab
{
    private const int ChunkBits = 12;
    private const int ChunkSize = 1 << ChunkBits;
    private readonly Message[][] chunks;

    public MessageSlab(int limit)
    {
        chunks = new Message[(limit + ChunkSize - 1) >> ChunkBits][];
        Slots = new SlotSource(limit, ChunkSize, "messages", nameof(SimulationOptions.MessagesMax), Grow);
        void Grow(int chunk) => chunks[chunk] = new Message[ChunkSize];
    }

    public SlotSource Slots { get; }

    public ref Message this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref chunks[slot >> ChunkBits][slot & (ChunkSize - 1)];
    }
}
