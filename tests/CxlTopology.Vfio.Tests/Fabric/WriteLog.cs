using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>Configuration space, and what is written to it, in order.</summary>
internal sealed class WriteLog(IConfigurationBus inner) : IConfigurationBus
{
    public List<(Bdf Function, int Offset, uint Value)> Writes { get; } = [];

    public Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4) => inner.ReadConfig(function, offset, bytes);

    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4)
    {
        Writes.Add((function, offset, value));
        return inner.WriteConfig(function, offset, value, bytes);
    }
}
