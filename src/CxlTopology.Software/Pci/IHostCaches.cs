namespace CxlTopology.Software;

/// <summary>The caches between software and memory: of the host, and of devices that cache its memory.</summary>
public interface IHostCaches
{
    /// <summary>Writes back what is modified of a range of addresses, and invalidates all of it.</summary>
    /// <param name="first">The first address, a multiple of 64.</param>
    /// <param name="bytes">How many bytes.</param>
    Task Flush(ulong first, ulong bytes);
}
