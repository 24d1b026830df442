namespace CxlTopology.Software;

/// <summary>Memory-mapped registers, as software reaches them.</summary>
public interface IMmioBus
{
    /// <summary>Reads 1, 2, 4 or 8 bytes. All ones if nothing answers.</summary>
    Task<ulong> ReadMmio(ulong address, int bytes = 4);

    /// <summary>Writes 1, 2, 4 or 8 bytes. Nothing happens if nothing is there.</summary>
    Task WriteMmio(ulong address, ulong value, int bytes = 4);
}
