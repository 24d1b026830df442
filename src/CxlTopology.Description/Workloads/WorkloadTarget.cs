using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The addresses a workload goes to.</summary>
/// <param name="Base">First host address; of a workload in a guest guest-physical, and 0 for a region.</param>
/// <param name="Size">Number of bytes; not 0.</param>
/// <param name="Region">The region named, or null.</param>
/// <param name="Window">The window named, or null.</param>
/// <param name="Device">Of a guest: the device whose region is meant; where that starts is known once the guest has booted. Null otherwise.</param>
/// <param name="Part">Which of that device's regions, from 0.</param>
public sealed record WorkloadTarget(Hpa Base, ByteSize Size, RegionModel? Region, WindowModel? Window, GuestDeviceModel? Device = null, int Part = 0);
