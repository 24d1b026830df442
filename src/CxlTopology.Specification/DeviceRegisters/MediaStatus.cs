namespace CxlTopology.Specification;

/// <summary>Whether a memory device's media can be used (CXL 2.0 §8.2.8.5.1.1).</summary>
public enum MediaStatus : byte
{
    /// <summary>Not yet.</summary>
    NotReady = 0,

    /// <summary>It can.</summary>
    Ready = 1,

    /// <summary>It failed.</summary>
    Error = 2,

    /// <summary>Somebody disabled it.</summary>
    Disabled = 3,
}
