namespace CxlTopology.Fabric;

/// <summary>What resets, and software by CONTROL2 of the device DVSEC, ask of the cache of a device.</summary>
/// <remarks>Called in turns of the device's component. The cache is, or belongs to, an actor of that component.</remarks>
public interface IDeviceCache
{
    /// <summary>Disable Caching was written: whether lines may be put into the cache from now on.</summary>
    void SetAllocating(bool allowed);

    /// <summary>
    /// Writes dirty lines back and makes all lines invalid; allocates none meanwhile. Asked again while it is under way, nothing more
    /// happens.
    /// </summary>
    /// <returns>
    /// Whether it is over already; else the device is sent <see cref="Specification.MessageKind.CacheInvalid"/> when no line is valid, and
    /// none on its way in.
    /// </returns>
    bool WriteBackAndInvalidate();

    /// <summary>All lines are lost, dirty ones too, and so is what was under way.</summary>
    void Drop();
}
