namespace CxlTopology.Description;

/// <summary>Which part of its endpoints' memory a region takes.</summary>
public enum RegionMemory
{
    /// <summary>Volatile capacity.</summary>
    Ram,

    /// <summary>Persistent capacity.</summary>
    Pmem,
}
