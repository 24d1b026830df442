using System.Globalization;
using CxlTopology.Experiments;
using CxlTopology.Specification;
using Spectre.Console;

namespace CxlTopology.Cli.Output;

/// <summary>What guests came to, for people: the regions of each, and the whole way of one of its addresses.</summary>
internal static class GuestTables
{
    private const int GuestsMax = 24;

    /// <summary>Prints them; nothing without guests.</summary>
    public static void Print(IAnsiConsole console, IReadOnlyList<GuestReport> guests)
    {
        if (guests.Count == 0)
            return;
        Table table = RunTables.NewTable("guest", "on", "status", "dialect", "memory", "region", "guest-physical", "on it at", "devices", "walks", "faults");
        foreach (GuestReport guest in guests.Take(GuestsMax))
        {
            string[] first = [guest.Name, guest.On, guest.Status, guest.Dialect, new ByteSize(guest.Memory).ToString()];
            string[] last = [Number(guest.Walks), Number(guest.Faults)];
            if (guest.Regions.Count == 0)
                table.AddRow(RunTables.Cells([.. first, "", "", "", string.Join(' ', guest.Devices), .. last]));
            for (int i = 0; i < guest.Regions.Count; i++)
            {
                GuestRegionReport region = guest.Regions[i];
                string[] middle = [region.Name, $"{region.Base} + {new ByteSize(region.Size)}", region.HostAddress, region.Device];
                table.AddRow(RunTables.Cells(i == 0 ? [.. first, .. middle, .. last] : ["", "", "", "", "", .. middle, "", ""]));
            }
        }

        console.Write(table);
        if (guests.Count > GuestsMax)
            console.WriteLine($"… and {guests.Count - GuestsMax} more guests (-o json lists all)");
        console.WriteLine();
        PrintJobs(console, guests);
        foreach (GuestReport guest in guests.Where(g => g.Way.Count > 0))
            PrintWay(console, guest);
    }

    /// <summary>Why guests do not run, and what to do about it.</summary>
    public static void PrintProblems(IAnsiConsole console, IReadOnlyList<GuestReport> guests)
    {
        foreach (GuestReport guest in guests.Where(g => g.Problem is not null))
        {
            RunTables.Verdict(console, false, $"{guest.Name}: {guest.Problem}");
            console.WriteLine($"  {guest.Name} is {guest.Status}. {guest.Advice}");
        }
    }

    /// <summary>What engines of guests' devices did: the driver's view, and the device's traffic.</summary>
    private static void PrintJobs(IAnsiConsole console, IReadOnlyList<GuestReport> guests)
    {
        const int JobsMax = 24;
        (GuestReport Guest, GuestJobReport Job)[] jobs = [.. guests.SelectMany(g => (g.Jobs ?? []).Select(j => (g, j)))];
        if (jobs.Length == 0)
            return;
        Table table = RunTables.NewTable("engine job", "guest", "device", "state", "lines", "failed", "interrupts", "device reads", "device writes", "IOMMU walks", "faults");
        GuestReport? last = null;
        foreach ((GuestReport guest, GuestJobReport job) in jobs.Take(JobsMax))
        {
            GuestTraffic traffic = guest.Traffic;
            string[] counted = guest == last ? ["", "", "", ""] : [Number(traffic.Reads), Number(traffic.Writes), Number(traffic.Walks), Number(traffic.Faults)];
            table.AddRow(RunTables.Cells([job.Name, guest.Name, job.Device, job.State, Number(job.Lines), Number(job.Failed), Number(job.Interrupts), .. counted]));
            last = guest;
        }

        console.Write(table);
        if (jobs.Length > JobsMax)
            console.WriteLine($"… and {jobs.Length - JobsMax} more jobs (-o json lists all)");
        console.WriteLine();
    }

    private static void PrintWay(IAnsiConsole console, GuestReport guest)
    {
        console.WriteLine($"{guest.Way[0].Address} of {guest.Name}:");
        foreach (GuestStep step in guest.Way)
        {
            string kind = step.Kind switch { "guest-physical" => "GPA", "host-physical" => "HPA", "device-physical" => "DPA", _ => "" };
            console.WriteLine($"  {kind,-3} {step.Address,-14} {step.Where}: {step.What}{(step.Target is null ? "" : " → " + step.Target)}");
        }

        console.WriteLine();
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
