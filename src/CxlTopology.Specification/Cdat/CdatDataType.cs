namespace CxlTopology.Specification;

/// <summary>What the numbers of a <see cref="Dslbis"/> or <see cref="Sslbis"/> are: picoseconds or megabytes a second.</summary>
public enum CdatDataType : byte
{
    /// <summary>Latency of reads and writes, in picoseconds. Code 0.</summary>
    AccessLatency = 0,

    /// <summary>Latency of reads, in picoseconds. Code 1.</summary>
    ReadLatency = 1,

    /// <summary>Latency of writes, in picoseconds. Code 2.</summary>
    WriteLatency = 2,

    /// <summary>Bandwidth of reads and writes, in MB/s. Code 3.</summary>
    AccessBandwidth = 3,

    /// <summary>Bandwidth of reads, in MB/s. Code 4.</summary>
    ReadBandwidth = 4,

    /// <summary>Bandwidth of writes, in MB/s. Code 5.</summary>
    WriteBandwidth = 5,
}
