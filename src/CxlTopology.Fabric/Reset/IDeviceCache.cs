namespace CxlTopology.Fabric;

/// <summary>What resets, and software by CONTROL2 of the device DVSEC, ask of the cache of a device.</summary>
/// <remarks>Called in turns of the device's component. The cache is, or belongs to, an actor of that component.</remarks>
public interface IDeviceCache
{
    /// <summary>Whether no line is valid, and none is on its way in.</summary>
    bool IsEmpty { get; }

    /// <summary>Disable Caching was written: whether lines may be put into the cache from now on.</summary>
    void SetAllocating(bool allowed);

    /// <summary>
    /// Writes dirty lines back and makes all lines invalid; allocates none meanwhile. When none is valid the device is sent
    /// <see cref="Specification.MessageKind.CacheInvalid"/>. Asked again while it is under way, nothing more happens.
    /// </summary>
    void WriteBackAndInvalidate();

    /// <summary>All lines are lost, dirty ones too, and so is what was under way.</summary>
    void Drop();
}
