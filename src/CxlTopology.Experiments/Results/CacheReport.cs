using System.Text.Json.Serialization;

namespace CxlTopology.Experiments;

/// <summary>What the home agent of a host, or the coherence engine of a device, has counted.</summary>
/// <param name="Component">Its path.</param>
/// <param name="Accesses">Accesses of the component's own side, line by line.</param>
/// <param name="Hits">Of them those that its cache served at once.</param>
/// <param name="RemoteRequests">At a host, requests of devices on CXL.cache; at a device, requests of the host on CXL.mem.</param>
/// <param name="Snoops">At a host, snoops sent; at a device, snoops answered.</param>
/// <param name="BackInvalidates">Back-invalidate snoops: answered, or sent.</param>
/// <param name="Conflicts">Of them those that met a request of the host's for the line.</param>
/// <param name="WriteBacks">Modified lines written to memory.</param>
/// <param name="FlipsToHost">Pages of HDM-D memory that became the host's.</param>
/// <param name="FlipsToDevice">Pages of HDM-D memory that became the device's.</param>
/// <param name="LinesLost">Modified lines lost by a reset or a fault.</param>
public sealed record CacheReport(
    string Component, long Accesses, long Hits, long RemoteRequests, long Snoops, long BackInvalidates, long Conflicts, long WriteBacks, long FlipsToHost, long FlipsToDevice, long LinesLost)
{
    /// <summary>Of a device: back-invalidate snoops that asked for several lines at once.</summary>
    public long BlockSnoops { get; init; }

    /// <summary>Of a device: back-invalidate snoops that made room in its snoop filter.</summary>
    public long Recalls { get; init; }

    /// <summary>Of a device: its requests on CXL.cache by opcode, those that it made; null of a host.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, long>? Opcodes { get; init; }
}
