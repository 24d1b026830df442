using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Configuration space, as software reaches it.</summary>
public interface IConfigurationBus
{
    /// <summary>Reads 1, 2 or 4 bytes. All ones if nothing answers.</summary>
    Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4);

    /// <summary>Writes 1, 2 or 4 bytes. Nothing happens if nothing is there.</summary>
    Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4);
}
