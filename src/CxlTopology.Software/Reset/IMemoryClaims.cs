namespace CxlTopology.Software;

/// <summary>Who uses which host memory, and the CPU caches over it: what a reset of a device asks of the rest of an operating system.</summary>
public interface IMemoryClaims
{
    /// <summary>Takes a range of host addresses for oneself.</summary>
    /// <returns>False if somebody uses it: it is online, or mapped.</returns>
    bool TryClaim(ulong first, ulong bytes);

    /// <summary>Gives a range back.</summary>
    void Release(ulong first, ulong bytes);

    /// <summary>Writes back and invalidates what CPU caches hold of a range.</summary>
    /// <returns>False if the platform cannot.</returns>
    Task<bool> FlushCaches(ulong first, ulong bytes);
}
