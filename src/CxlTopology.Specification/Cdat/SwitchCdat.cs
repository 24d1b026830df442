namespace CxlTopology.Specification;

/// <summary>Makes the CDAT of a switch from the ways between its ports.</summary>
public static class SwitchCdat
{
    /// <summary>The most ways: each pair of 256 downstream ports and the upstream port, 32896.</summary>
    public const int PathsMax = 257 * 256 / 2;

    /// <summary>The table of a switch all of whose ports are alike.</summary>
    /// <param name="downstreamPorts">Numbers of the downstream ports, 0 to 255.</param>
    /// <param name="latencyPs">Between the upstream and a downstream port, in picoseconds.</param>
    /// <param name="bandwidthMBps">Between the upstream and a downstream port, in MB/s.</param>
    /// <param name="peerLatencyPs">Between two downstream ports, in picoseconds.</param>
    /// <param name="peerBandwidthMBps">Between two downstream ports, in MB/s.</param>
    /// <exception cref="ArgumentException">The ways have <see cref="Problems"/>.</exception>
    public static Cdat Of(
        IReadOnlyList<byte> downstreamPorts, uint latencyPs, uint bandwidthMBps, uint peerLatencyPs, uint peerBandwidthMBps)
    {
        List<SwitchPath> paths = [];
        for (int i = 0; i < downstreamPorts.Count && paths.Count <= PathsMax; i++)
        {
            paths.Add(new SwitchPath(Sslbis.UpstreamPort, downstreamPorts[i], latencyPs, bandwidthMBps));
            for (int j = i + 1; j < downstreamPorts.Count; j++)
                paths.Add(new SwitchPath(downstreamPorts[i], downstreamPorts[j], peerLatencyPs, peerBandwidthMBps));
        }

        return Of(paths);
    }

    /// <summary>The table of a switch: SSLBIS with its latencies, then with its bandwidths; no structure if there is no way.</summary>
    /// <remarks>
    /// Ways between downstream ports come first: Linux takes every entry of a port for the way to its upstream port, and the last one
    /// counts. The latencies have one base unit and the bandwidths another, those of <see cref="CdatScale.Fit"/>: figures are rounded up
    /// where they cannot all be exact. Ways that one structure has no room for go on in another.
    /// </remarks>
    /// <param name="paths">Each pair of ports once.</param>
    /// <param name="sequence">Sequence number of the table. 0 by default.</param>
    /// <exception cref="ArgumentException">The ways have <see cref="Problems"/>.</exception>
    public static Cdat Of(IReadOnlyList<SwitchPath> paths, uint sequence = 0)
    {
        IReadOnlyList<string> problems = Problems(paths);
        if (problems.Count > 0)
            throw new ArgumentException($"The switch cannot be described: {string.Join("; ", problems)}.", nameof(paths));
        SwitchPath[] ordered =
        [
            .. paths.Where(path => path.PortX != Sslbis.UpstreamPort), .. paths.Where(path => path.PortX == Sslbis.UpstreamPort),
        ];
        return new Cdat(
            [
                .. Figures(CdatDataType.AccessLatency, ordered, path => path.LatencyPs),
                .. Figures(CdatDataType.AccessBandwidth, ordered, path => path.BandwidthMBps),
            ],
            sequence);
    }

    /// <summary>What is wrong with a switch's ways, a sentence each, the first sixteen; empty if they can be described.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<SwitchPath> paths)
    {
        if (paths.Count > PathsMax)
            return [$"{paths.Count} ways are more than the {PathsMax} that 256 downstream ports have"];
        List<string> problems = [];
        HashSet<(ushort, ushort)> seen = [];
        foreach (SwitchPath path in paths)
        {
            string name = $"the way from port {path.PortX} to port {path.PortY}";
            if (path.PortX > Sslbis.UpstreamPort || path.PortY >= Sslbis.UpstreamPort)
                problems.Add($"{name}: downstream ports have the numbers 0 to 255, and only the first may be the upstream port, 256");
            else if (path.PortX == path.PortY)
                problems.Add($"{name} goes nowhere");
            else if (!seen.Add((Math.Min(path.PortX, path.PortY), Math.Max(path.PortX, path.PortY))))
                problems.Add($"{name} is there twice");
            if (path.LatencyPs is 0 or > CdatScale.ValueMax)
                problems.Add($"{name} has a latency of {path.LatencyPs} ps, not 1 to {CdatScale.ValueMax}");
            if (path.BandwidthMBps is 0 or > CdatScale.ValueMax)
                problems.Add($"{name} has a bandwidth of {path.BandwidthMBps} MB/s, not 1 to {CdatScale.ValueMax}");
            if (problems.Count >= 16)
                break;
        }

        return problems;
    }

    private static IEnumerable<Sslbis> Figures(CdatDataType type, SwitchPath[] paths, Func<SwitchPath, uint> figure)
    {
        CdatScale scale = CdatScale.Fit(Array.ConvertAll(paths, path => figure(path)));
        return paths
            .Select(path => new SslbisEntry(path.PortX, path.PortY, scale.Encode(figure(path))))
            .Chunk(Sslbis.EntriesMax)
            .Select(entries => new Sslbis { DataType = type, BaseUnit = scale.BaseUnit, Entries = entries });
    }
}
