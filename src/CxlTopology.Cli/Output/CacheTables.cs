using System.Globalization;
using CxlTopology.Experiments;
using Spectre.Console;

namespace CxlTopology.Cli.Output;

/// <summary>What caches and coherence engines counted, as a table.</summary>
internal static class CacheTables
{
    private const int RowsMax = 20;

    /// <summary>Prints it; nothing without caches.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<CacheReport>? caches)
    {
        if (caches is null)
            return;
        Table table = RunTables.NewTable("cache", "accesses", "hits", "requests", "snoops", "back-inv.", "conflicts", "written back", "flips");
        foreach (CacheReport cache in caches.Take(RowsMax))
        {
            string hits = cache.Accesses == 0 ? "" : (100.0 * cache.Hits / cache.Accesses).ToString("0.0", CultureInfo.InvariantCulture) + "%";
            table.AddRow(RunTables.Cells(cache.Component, N(cache.Accesses), hits, N(cache.RemoteRequests), N(cache.Snoops), N(cache.BackInvalidates), N(cache.Conflicts), N(cache.WriteBacks),
                N(cache.FlipsToHost + cache.FlipsToDevice)));
        }

        console.Write(table);
        if (caches.Count > RowsMax)
            console.WriteLine($"… and {caches.Count - RowsMax} more (-o json lists all)");
        console.WriteLine();
    }

    private static string N(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
