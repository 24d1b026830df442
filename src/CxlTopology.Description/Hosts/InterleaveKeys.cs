namespace CxlTopology.Description;

/// <summary>The keys of an interleave capability, and how it is read.</summary>
internal static class InterleaveKeys
{
    public static readonly ValueKey<bool> Bits11To8 = new("11-8", Kinds.Boolean, "Address bits 11:8 may select a target.", "true");
    public static readonly ValueKey<bool> Bits14To12 = new("14-12", Kinds.Boolean, "Address bits 14:12 may select a target.", "true");
    public static readonly ValueKey<bool> ThreeSixTwelve = new("3-6-12", Kinds.Boolean, "3, 6 and 12 ways.", "true");
    public static readonly ValueKey<bool> Sixteen = new("16", Kinds.Boolean, "16 ways.", "true");

    public static readonly KeyTable Table =
        new("interleave", "What interleaving a component's decoders support.", Bits11To8, Bits14To12, ThreeSixTwelve, Sixteen);

    public static readonly SectionKind Kind = new(() => Table);

    public static InterleaveCapability Read(YamlNode? node, InterleaveCapability defaults, ErrorSink errors)
    {
        if (node is null)
            return defaults;
        SectionReader section = SectionReader.Open(node, Table, errors);
        return new InterleaveCapability
        {
            Bits11To8 = section.Get(Bits11To8, defaults.Bits11To8),
            Bits14To12 = section.Get(Bits14To12, defaults.Bits14To12),
            ThreeSixTwelve = section.Get(ThreeSixTwelve, defaults.ThreeSixTwelve),
            Sixteen = section.Get(Sixteen, defaults.Sixteen),
            Position = section.Position,
        };
    }
}
