namespace CxlTopology.Specification;

/// <summary>
/// Where the configuration space of some buses of a PCI segment lies in host memory (ECAM): 4 KiB a function, 1 MiB a bus.
/// </summary>
/// <remarks>Nothing is checked on construction: <see cref="Problems"/> says what is wrong with a host's list of them.</remarks>
public sealed record EcamWindow
{
    /// <summary>Bytes of a bus: 1 MiB.</summary>
    public const ulong BusLength = 1UL << 20;

    /// <summary>The most windows a host has: 65536, as many as there are PCI segments.</summary>
    public const int CountMax = 65536;

    /// <summary>PCI segment, 0 to 65535. 0 by default.</summary>
    public ushort Segment { get; init; }

    /// <summary>First bus. 0 by default.</summary>
    public byte FirstBus { get; init; }

    /// <summary>Last bus. 255 by default.</summary>
    public byte LastBus { get; init; } = 255;

    /// <summary>Host address of bus 0, whether or not bus 0 is in the window. A multiple of 1 MiB.</summary>
    public required Hpa Base { get; init; }

    /// <summary>First host address of the window: that of <see cref="FirstBus"/>.</summary>
    public Hpa Start => new(Base.Value + (FirstBus * BusLength));

    /// <summary>Bytes of the window: 1 MiB for each bus.</summary>
    public ByteSize Size => new(LastBus >= FirstBus ? (ulong)(LastBus - FirstBus + 1) * BusLength : 0);

    /// <summary>The host address of a byte of a function's configuration space.</summary>
    /// <param name="bus">A bus of the window.</param>
    /// <param name="device">0 to 31.</param>
    /// <param name="function">0 to 7.</param>
    /// <param name="offset">0 to 4095.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of its range.</exception>
    public Hpa AddressOf(byte bus, int device, int function, int offset)
    {
        if (bus < FirstBus || bus > LastBus)
            throw new ArgumentOutOfRangeException(nameof(bus), bus, $"The window has the buses {FirstBus} to {LastBus}.");
        if (device is < 0 or > 31)
            throw new ArgumentOutOfRangeException(nameof(device), device, "Devices are 0 to 31.");
        if (function is < 0 or > 7)
            throw new ArgumentOutOfRangeException(nameof(function), function, "Functions are 0 to 7.");
        if (offset is < 0 or > 0xFFF)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, "Configuration space has the offsets 0 to 4095.");
        return new Hpa(Base.Value + (bus * BusLength) + ((ulong)device << 15) + ((ulong)function << 12) + (ulong)offset);
    }

    /// <summary>Everything that is wrong with a host's windows, a sentence each; empty if they can be used.</summary>
    public static IReadOnlyList<string> Problems(IReadOnlyList<EcamWindow> windows)
    {
        List<string> problems = [];
        if (windows.Count > CountMax)
            problems.Add($"{windows.Count} ECAM windows are more than {CountMax}");
        foreach (EcamWindow window in windows)
        {
            if (window.FirstBus > window.LastBus)
                problems.Add($"{window} ends before it begins");
            if (window.Base.Value % BusLength != 0)
                problems.Add($"{window}: the base is not a multiple of 1 MiB");
            if (window.Base.Value > ulong.MaxValue - (256 * BusLength) + 1)
                problems.Add($"{window} reaches past the 64 bits of an address");
        }

        EcamWindow[] byBus = [.. windows.OrderBy(window => window.Segment).ThenBy(window => window.FirstBus)];
        for (int i = 1; i < byBus.Length; i++)
        {
            if (byBus[i - 1].Segment == byBus[i].Segment && byBus[i - 1].LastBus >= byBus[i].FirstBus)
                problems.Add($"{byBus[i - 1]} and {byBus[i]} share buses");
        }

        EcamWindow[] byAddress = [.. windows.OrderBy(window => window.Start.Value)];
        for (int i = 1; i < byAddress.Length; i++)
        {
            if (byAddress[i].Start.Value - byAddress[i - 1].Start.Value < byAddress[i - 1].Size.Bytes)
                problems.Add($"{byAddress[i - 1]} and {byAddress[i]} share addresses");
        }

        return problems;
    }

    /// <summary>Segment, buses and base, as <c>ECAM 0001:[00-7f] at 0xe0000000</c>.</summary>
    public override string ToString() => $"ECAM {Segment:x4}:[{FirstBus:x2}-{LastBus:x2}] at {Base}";
}
