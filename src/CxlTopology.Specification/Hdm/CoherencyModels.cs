namespace CxlTopology.Specification;

/// <summary>Which coherency models the decoders of a component support (HDM decoder capability, bits 22:21).</summary>
public enum CoherencyModels : byte
{
    /// <summary>Not said: every model is accepted. Code 0, the default.</summary>
    Unknown = 0,

    /// <summary>Device coherent only.</summary>
    DeviceCoherent = 1,

    /// <summary>Host-only coherent only.</summary>
    HostOnly = 2,

    /// <summary>Both.</summary>
    Either = 3,
}
