using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CxlTopology.Simulation;

/// <summary>Tells the processor what will be read soon. It decides nothing: where the processor has no such instruction nothing happens.</summary>
public static class Prefetch
{
    /// <summary>Has the line of the real machine's memory that a variable is in brought to the nearest cache. Nothing waits for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Read<T>(ref readonly T location)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in location))); // of an object that moves meanwhile the line is fetched in vain
    }
}
