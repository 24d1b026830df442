namespace CxlTopology.Specification;

/// <summary>A block of registers of a component.</summary>
public enum RegisterSpace
{
    /// <summary>The HDM decoder capability; offsets from its start.</summary>
    HdmDecoder,

    /// <summary>The CXL device DVSEC in configuration space; offsets from its start.</summary>
    DeviceDvsec,
}
