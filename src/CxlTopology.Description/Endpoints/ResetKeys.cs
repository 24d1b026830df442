using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>The keys of how a device behaves when it is reset.</summary>
internal static class ResetKeys
{
    private static readonly ScalarKind<SimDuration> time = Kinds.Duration(SimDuration.FromMicroseconds(1), SimDuration.FromSeconds(1_000));

    public static readonly ValueKey<SimDuration> Time =
        new("time", time, "From Initiate CXL Reset to its end; half of the device's reset-timeout unless stated, and 1.3 times that (130ms at least) if it is late.");
    public static readonly ValueKey<ResetOutcome> Outcome = new("outcome",
        Kinds.Choice(("complete", ResetOutcome.Complete), ("error", ResetOutcome.Error), ("never", ResetOutcome.Never), ("late", ResetOutcome.Late)),
        "How a CXL reset ends: late is complete, after software has given it up.", "complete");
    public static readonly ValueKey<SimDuration> FunctionTime =
        new("function-time", time, "How long a function-level reset takes; PCI Express allows 100ms.", "10ms");

    public static readonly KeyTable Table = new("reset", "How a device behaves when it is reset.", Time, Outcome, FunctionTime);

    /// <summary>Reads what a device says over what is the default.</summary>
    public static ResetOptions Read(YamlNode? node, ResetOptions defaults, ErrorSink errors) => node is null ? defaults : Read(SectionReader.Open(node, Table, errors), defaults);

    /// <summary>The same, of a device, which may have no CXL reset that a time and an outcome could be of.</summary>
    public static ResetOptions Read(YamlNode? node, ResetOptions defaults, bool capable, ErrorSink errors)
    {
        if (node is null)
            return defaults;
        SectionReader section = SectionReader.Open(node, Table, errors);
        foreach (Key key in capable ? [] : new Key[] { Time, Outcome })
        {
            if (section.Has(key))
            {
                section.Problem(DescriptionErrorCode.CapabilityNeedsReset, section.KeyPositionOf(key),
                    $"{PrintableText.Quote(key.Name)} of a CXL reset, which the device does not have", "Write \"cxl: {reset: true}\" as well, or leave it out.");
            }
        }

        return Read(section, defaults);
    }

    private static ResetOptions Read(SectionReader section, ResetOptions defaults) => new()
    {
        Time = section.TryGet(Time, out SimDuration stated) ? stated : defaults.Time,
        Outcome = section.Get(Outcome, defaults.Outcome),
        FunctionTime = section.Get(FunctionTime, defaults.FunctionTime),
    };
}
