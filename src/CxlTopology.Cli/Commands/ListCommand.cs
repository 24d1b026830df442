using System.CommandLine;
using CxlTopology.Cli.Output;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Software;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo list</c>: what <c>cxl list</c> prints on a host of the topology.</summary>
internal static class ListCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> file = TopologyArgument.Create();
        Option<string> on = HostOption.Create();
        Option<bool> noRegions = HostOption.WithoutRegions();
        var command = new Command("list", """
            Boots the topology and prints what "cxl list" prints on a host: same options, same JSON.

            The CXL core of the host's operating system is asked, or of a guest's with --on, which knows what
            it found by configuration, MMIO and memory accesses. Without a selector memory devices and regions
            are listed; a filter alone selects what it filters. Several words of a filter are separated by
            commas: any of them matches, and all filters must. Type-2 accelerators are among the memory
            devices.

            Examples:
              cxltopo list topologies/quickstart.yaml
              cxltopo list topologies/quickstart.yaml -BPT
              cxltopo list topologies/linux-cxl-test.yaml -D -d root -u
              cxltopo list topologies/linux-cxl-test.yaml -M -p port1
              cxltopo list topologies/two-level-switch.yaml -vvv
              cxltopo list topologies/several-hosts.yaml --on host1 -R
              cxltopo list topologies/passthrough.yaml --on guest0 -MR

            docs/cxl-list.md says what is left out, and why.

            Exit codes: 0 done (nothing found is done too), 2 usage, 3 the file is wrong.
            """)
        {
            file, on, noRegions,
        };
        ListOptionSet options = ListOptionSet.AddTo(command);
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(on), parsed.GetValue(noRegions), options.Read(parsed)));
        return command;
    }

    private static int Run(string file, string? on, bool noRegions, ListingOptions options)
    {
        TopologyModel model = TopologyArgument.Load(file);
        if (noRegions)
            model = model with { Regions = [] };
        ListingArray listing = new();
        IReadOnlyList<string> problems = HostSession.Run(
            model, HostOption.NameOf(model, on), async core => listing = Listing.Of(core, options, await MemdevDetailsReader.Read(core, options)));
        foreach (string problem in problems)
            Console.Error.WriteLine($"cxltopo: {problem}");
        if (listing.Items.Count == 0 && !options.Human)
            Console.Error.WriteLine(" Warning: no matching devices found");
        if (Listing.TextOf(listing, options.Human) is { } text)
            Print(text);
        return ExitCode.Done;
    }

    private static void Print(string text)
    {
        using Stream stream = StandardStreams.OpenOutput();
        using var buffered = new BufferedStream(stream, 1 << 16);
        using var writer = new StreamWriter(buffered);
        writer.Write(text);
        writer.Write('\n');
    }
}
