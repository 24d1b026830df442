using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>The buses of a core, with other answers to some reads: hardware that no file describes.</summary>
internal sealed class AlteredBus(CxlCore inner) : IConfigurationBus, IMmioBus
{
    /// <summary>What a dword of MMIO reads as, by its address and what the hardware answers.</summary>
    public Func<ulong, ulong, ulong> Mmio { get; init; } = (_, value) => value;

    /// <summary>What a configuration register reads as, by its function, offset and what the hardware answers.</summary>
    public Func<Bdf, int, uint, uint> Configuration { get; init; } = (_, _, value) => value;

    public async Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4) => Configuration(function, offset, await inner.Configuration.ReadConfig(function, offset, bytes));

    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4) => inner.Configuration.WriteConfig(function, offset, value, bytes);

    public async Task<ulong> ReadMmio(ulong address, int bytes = 4) => Mmio(address, await inner.Mmio.ReadMmio(address, bytes));

    public Task WriteMmio(ulong address, ulong value, int bytes = 4) => inner.Mmio.WriteMmio(address, value, bytes);
}
