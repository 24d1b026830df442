namespace CxlTopology.Specification;

/// <summary>Where an entry of the poison list comes from (CXL 3.0 §8.2.9.8.4.1).</summary>
public enum PoisonSource : byte
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>Poisoned data was written.</summary>
    External = 1,

    /// <summary>The device found an error in its media.</summary>
    Internal = 2,

    /// <summary>By command.</summary>
    Injected = 3,

    /// <summary>Vendor specific.</summary>
    Vendor = 7,
}
