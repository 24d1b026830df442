namespace CxlTopology.Specification;

/// <summary>Makes the CDAT of a device from what its memory is.</summary>
public static class DeviceCdat
{
    /// <summary>The most ranges, one for each handle: 256.</summary>
    public const int RangesMax = 256;

    /// <summary>The table of a device.</summary>
    /// <remarks>
    /// For each range a DSMAS, four DSLBIS (read and write latency, read and write bandwidth, all exact), a DSMSCIS if it has a side cache,
    /// and a DSEMTS over all of it; a DSIS at the end if the device accesses memory itself.
    /// </remarks>
    /// <param name="ranges">The ranges, in the order they shall have; none for a device without memory.</param>
    /// <param name="isInitiator">Whether the device accesses memory itself, as an accelerator: it is attached to the first range.</param>
    /// <param name="sequence">Sequence number of the table. 0 by default.</param>
    /// <exception cref="ArgumentException">The ranges have <see cref="Problems"/>.</exception>
    public static Cdat Of(IReadOnlyList<DeviceMemoryRange> ranges, bool isInitiator = false, uint sequence = 0)
    {
        IReadOnlyList<string> problems = Problems(ranges);
        if (problems.Count > 0)
            throw new ArgumentException($"The memory cannot be described: {string.Join("; ", problems)}.", nameof(ranges));

        List<CdatStructure> structures = [];
        foreach (DeviceMemoryRange range in ranges)
        {
            MemoryPerformance performance = range.Performance;
            structures.Add(new Dsmas { Handle = range.Handle, Flags = range.Flags, Base = range.Base, RangeLength = range.Length });
            structures.Add(Figure(range, CdatDataType.ReadLatency, performance.ReadLatencyPs));
            structures.Add(Figure(range, CdatDataType.WriteLatency, performance.WriteLatencyPs));
            structures.Add(Figure(range, CdatDataType.ReadBandwidth, performance.ReadBandwidthMBps));
            structures.Add(Figure(range, CdatDataType.WriteBandwidth, performance.WriteBandwidthMBps));
            if (range.SideCache.Bytes != 0)
            {
                structures.Add(new Dsmscis
                {
                    Handle = range.Handle,
                    CacheSize = range.SideCache,
                    Attributes = range.SideCacheAttributes,
                });
            }

            EfiMemoryType type = range.EfiType ?? (range.IsPersistent ? EfiMemoryType.Reserved : EfiMemoryType.SpecialPurpose);
            structures.Add(new Dsemts { Handle = range.Handle, MemoryType = type, RangeLength = range.Length });
        }

        if (isInitiator)
            structures.Add(new Dsis { MemoryAttached = ranges.Count > 0, Handle = ranges.Count > 0 ? ranges[0].Handle : (byte)0 });
        return new Cdat(structures, sequence);
    }

    /// <summary>Everything that is wrong with a device's ranges, a sentence each; empty if they can be described.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<DeviceMemoryRange> ranges)
    {
        List<string> problems = [];
        if (ranges.Count > RangesMax)
            problems.Add($"{ranges.Count} ranges are more than the {RangesMax} handles");
        bool[] handles = new bool[256];
        foreach (DeviceMemoryRange range in ranges)
        {
            if (handles[range.Handle])
                problems.Add($"two ranges have the handle {range.Handle}");
            handles[range.Handle] = true;
            if (range.Length.Bytes == 0)
                problems.Add($"the range with handle {range.Handle} is empty");
            else if (range.Length.Bytes - 1 > ulong.MaxValue - range.Base.Value)
                problems.Add($"the range with handle {range.Handle} reaches past the 64 bits of an address");
            AddFigureProblem(problems, range, "read latency", range.Performance.ReadLatencyPs, "ps");
            AddFigureProblem(problems, range, "write latency", range.Performance.WriteLatencyPs, "ps");
            AddFigureProblem(problems, range, "read bandwidth", range.Performance.ReadBandwidthMBps, "MB/s");
            AddFigureProblem(problems, range, "write bandwidth", range.Performance.WriteBandwidthMBps, "MB/s");
        }

        DeviceMemoryRange[] byBase = [.. ranges.Where(range => range.Length.Bytes != 0).OrderBy(range => range.Base.Value)];
        for (int i = 1; i < byBase.Length; i++)
        {
            if (byBase[i].Base.Value - byBase[i - 1].Base.Value < byBase[i - 1].Length.Bytes)
                problems.Add($"the ranges with the handles {byBase[i - 1].Handle} and {byBase[i].Handle} overlap");
        }

        return problems;
    }

    private static void AddFigureProblem(List<string> problems, DeviceMemoryRange range, string name, uint value, string unit)
    {
        if (value is 0 or > CdatScale.ValueMax)
            problems.Add($"the {name} of the range with handle {range.Handle} is {value} {unit}, not 1 to {CdatScale.ValueMax}");
    }

    private static Dslbis Figure(DeviceMemoryRange range, CdatDataType type, uint value)
    {
        CdatScale scale = CdatScale.Fit(value);
        return new Dslbis { Handle = range.Handle, DataType = type, BaseUnit = scale.BaseUnit, Entry = scale.Encode(value) };
    }
}
