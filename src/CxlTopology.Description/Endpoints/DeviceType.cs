namespace CxlTopology.Description;

/// <summary>The CXL device type of an endpoint.</summary>
public enum DeviceType
{
    /// <summary>An accelerator with memory: CXL.io, CXL.cache and CXL.mem.</summary>
    Type2 = 2,

    /// <summary>A memory device: CXL.io and CXL.mem.</summary>
    Type3 = 3,
}
