using System.Globalization;
using CxlTopology.Experiments;
using Spectre.Console;

namespace CxlTopology.Cli.Output;

/// <summary>What guests came to, for people: what each did, and the whole way of one of its addresses.</summary>
internal static class GuestTables
{
    private const int GuestsMax = 24;
    private const int WaysMax = 4;

    /// <summary>Prints them; nothing without guests.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<GuestReport> guests)
    {
        if (guests.Count == 0)
            return;
        Table table = RunTables.NewTable("guest", "on", "dialect", "devices", "regions", "reads", "writes", "mean ns", "p99", "walks", "wrong");
        foreach (GuestReport guest in guests.Take(GuestsMax))
        {
            table.AddRow(RunTables.Cells(
                guest.Name, guest.On, guest.Dialect, string.Join(' ', guest.Devices), string.Join(", ", guest.Regions), Number(guest.Reads), Number(guest.Writes),
                Time(guest.LatencyNs?.Mean), Time(guest.LatencyNs?.P99), Number(guest.Walks), Number(guest.Wrong)));
        }

        console.Write(table);
        if (guests.Count > GuestsMax)
            console.WriteLine($"… and {guests.Count - GuestsMax} more guests (-o json lists all)");
        console.WriteLine();
        foreach (GuestReport guest in guests.Where(g => g.Way.Count > 0).Take(WaysMax))
            PrintWay(console, guest);
        foreach (GuestReport guest in guests.Where(g => g.Problem is not null))
            RunTables.Verdict(console, false, $"{guest.Name}: {guest.Problem}");
    }

    private static void PrintWay(IAnsiConsole console, GuestReport guest)
    {
        Table table = RunTables.NewTable($"way of an address of {guest.Name}", "address", "");
        foreach (GuestStep step in guest.Way)
            table.AddRow(RunTables.Cells(step.Where, step.Address, step.What));
        console.Write(table);
        console.WriteLine();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(double? nanoseconds) => nanoseconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "";
}
