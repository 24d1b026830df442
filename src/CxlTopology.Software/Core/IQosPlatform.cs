using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What ACPI says of quality of service, on a platform that does: how far host bridges are from the processors, and which throttling group suits a performance.</summary>
public interface IQosPlatform
{
    /// <summary>Latency and bandwidth from the processors to a host bridge (its generic port in SRAT and HMAT); null if they are not told.</summary>
    /// <param name="uid">UID of the host bridge.</param>
    MemoryPerformance? ToBridge(int uid);

    /// <summary>The QoS throttling group for memory of this performance, seen from the processors (the QTG _DSM of ACPI0017); null if the platform names none.</summary>
    int? ThrottlingGroup(MemoryPerformance performance);
}
