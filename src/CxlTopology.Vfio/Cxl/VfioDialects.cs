namespace CxlTopology.Vfio;

/// <summary>The dialects by the names that topology files have for them.</summary>
public static class VfioDialects
{
    /// <summary>All, in the order of their texts.</summary>
    public static IReadOnlyList<VfioDialect> All { get; } = [VfioDialect.RfcV2AsPosted, VfioDialect.RfcV2, VfioDialect.V3];

    /// <summary>The name of one: <c>rfc-v2</c>, <c>rfc-v2-as-posted</c>, <c>v3</c>.</summary>
    public static string NameOf(VfioDialect dialect) => dialect switch
    {
        VfioDialect.RfcV2 => "rfc-v2",
        VfioDialect.RfcV2AsPosted => "rfc-v2-as-posted",
        VfioDialect.V3 => "v3",
        _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "There are three dialects."),
    };

    /// <summary>The dialect of a name; false if no dialect is called so.</summary>
    public static bool TryParse(string name, out VfioDialect dialect)
    {
        foreach (VfioDialect known in All)
        {
            if (NameOf(known) == name)
            {
                dialect = known;
                return true;
            }
        }

        dialect = VfioDialect.RfcV2;
        return false;
    }
}
