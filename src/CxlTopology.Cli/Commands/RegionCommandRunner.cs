using System.CommandLine;
using CxlTopology.Cli.Output;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Software;

namespace CxlTopology.Cli.Commands;

/// <summary>What the commands on regions share: their options, and how they are carried out on a booted host.</summary>
internal sealed class RegionCommandRunner
{
    private static readonly ListingOptions everything = new() { Verbosity = 3 };
    private static readonly ListingOptions mappings = new() { Targets = true };
    private readonly Argument<string> file = TopologyArgument.Create();
    private readonly Option<string> on = HostOption.Create();
    private readonly Option<bool> noRegions = HostOption.WithoutRegions();
    private readonly Option<string> bus = new("--bus", "-b") { HelpName = "NAME", Description = "The bus meant: 0, root0, ACPI.CXL." };
    private readonly Option<bool> human = new("--human", "-u") { Description = "Numbers for people, as on a terminal.", Arity = ArgumentArity.Zero };
    private readonly Option<bool> list = new("--list") { Description = "Print what \"cxl list -vvv\" shows afterwards.", Arity = ArgumentArity.Zero };

    /// <summary>The root decoder.</summary>
    public Option<string> Decoder { get; } = new("--decoder", "-d") { HelpName = "NAME", Description = "The root decoder: decoder0.0, or 0.0." };

    /// <summary>Adds what comes first in each of these commands.</summary>
    public void AddTo(Command command, Argument<string[]> targets)
    {
        command.Add(file);
        command.Add(targets);
        command.Add(on);
        command.Add(noRegions);
        command.Add(bus);
        command.Add(Decoder);
        command.Add(human);
        command.Add(list);
    }

    /// <summary>Boots the file's topology, carries the command out, and prints.</summary>
    public int Run(ParseResult parsed, RegionArguments arguments)
    {
        TopologyModel model = TopologyArgument.Load(parsed.GetValue(file)!);
        if (parsed.GetValue(noRegions))
            model = model with { Regions = [] };
        bool forPeople = parsed.GetValue(human) || !Console.IsOutputRedirected;
        bool succeeded = false;
        CxlTool? tool = null;
        string output = "";
        IReadOnlyList<string> problems = HostSession.Run(model, HostOption.NameOf(model, parsed.GetValue(on)), async core =>
        {
            tool = new CxlTool(core);
            succeeded = await tool.Run(arguments with { Bus = parsed.GetValue(bus), Decoder = parsed.GetValue(Decoder) });
            if (parsed.GetValue(list))
                output = Listing.TextOf(Listing.Of(core, everything, await MemdevDetailsReader.Read(core, everything)), forPeople) + "\n";
            else if (tool.Created is { } region)
                output = ListingText.Of(RegionNodes.Of(region, mappings, _ => new MemdevDetails()), forPeople) + "\n";
        });
        foreach (string problem in problems)
            Console.Error.WriteLine($"cxltopo: {problem}");
        Console.Out.Write(output);
        foreach (string message in tool!.Messages)
            Console.Error.WriteLine(message);
        return succeeded ? ExitCode.Done : ExitCode.Failed;
    }
}
