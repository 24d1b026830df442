namespace CxlTopology.Vfio;

/// <summary>A memory BAR of a device.</summary>
/// <param name="Index">Its number; of a 64-bit one that of its lower half.</param>
/// <param name="Base">Where it is in the host.</param>
/// <param name="Size">Bytes, a power of two.</param>
/// <param name="Is64Bit">Whether it has two registers.</param>
public sealed record VfioBar(int Index, ulong Base, ulong Size, bool Is64Bit);
