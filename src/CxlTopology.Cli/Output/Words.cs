using System.Globalization;

namespace CxlTopology.Cli.Output;

/// <summary>Small words around numbers.</summary>
internal static class Words
{
    /// <summary><c>1 host</c>, <c>4,096 hosts</c>.</summary>
    public static string Count(long count, string one, string? many = null) =>
        count.ToString("N0", CultureInfo.InvariantCulture) + " " + (count == 1 ? one : many ?? one + "s");
}
