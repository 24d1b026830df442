using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Published timing of a kind of device, from which an endpoint takes what it does not say itself.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Summary">One line of what it stands for.</param>
/// <param name="PortLatency">One traversal of the endpoint's port.</param>
/// <param name="Controller">The memory controller's own time for a request.</param>
/// <param name="Media">The memory behind it.</param>
public sealed record EndpointProfile(
    string Name, string Summary, SimDuration PortLatency, SimDuration Controller, MediaModel Media)
{
    /// <summary>One access of an accelerator's cache. 12 ns by default.</summary>
    public SimDuration CacheLatency { get; init; } = SimDuration.FromNanoseconds(12);

    /// <summary>What an access of an accelerator's own engines spends in the device's protocol layer, there and back. 15 ns by default; 60 ns of an FPGA.</summary>
    public SimDuration EngineLatency { get; init; } = SimDuration.FromNanoseconds(15);

    /// <summary>The profiles that exist; the first is the default.</summary>
    public static IReadOnlyList<EndpointProfile> BuiltIn { get; } =
    [
        new("asic-gen5", "ASIC expander of the 32 GT/s generation, two channels DDR5-4800",
            SimDuration.FromNanoseconds(25), SimDuration.FromNanoseconds(40), new MediaModel()),
        new("asic-gen6", "ASIC of the 64 GT/s generation, two channels DDR5-6400",
            SimDuration.FromNanoseconds(25), SimDuration.FromNanoseconds(40),
            new MediaModel { Bandwidth = new Bandwidth(75_200_000_000) }),
        new("fpga", "FPGA endpoint: its port takes 45 ns more, its controller runs at a slower clock, DDR4 behind it",
            SimDuration.FromNanoseconds(70), SimDuration.FromNanoseconds(84),
            new MediaModel { Latency = SimDuration.FromNanoseconds(55), Bandwidth = new Bandwidth(17_600_000_000) })
        { CacheLatency = SimDuration.FromNanoseconds(115), EngineLatency = SimDuration.FromNanoseconds(60) },
        new("ddr4-asic", "ASIC expander in front of reused DDR4-2400: 50 ns for the whole device, slower media",
            SimDuration.FromPicoseconds(12_500), SimDuration.FromNanoseconds(25),
            new MediaModel { Latency = SimDuration.FromNanoseconds(55), Bandwidth = new Bandwidth(24_000_000_000) }),
    ];

    /// <summary>The profile of this name; <c>vistara</c> is another name of <c>ddr4-asic</c>. Null if there is none.</summary>
    public static EndpointProfile? Find(string name)
    {
        if (name == "vistara")
            name = "ddr4-asic";
        foreach (EndpointProfile profile in BuiltIn)
        {
            if (profile.Name == name)
                return profile;
        }

        return null;
    }
}
