using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The <c>cxl</c> tool on a host: what it does with regions, and what it says about it.</summary>
/// <param name="core">The CXL core.</param>
/// <remarks>Checks of the command line come in the tool's order and in its words; what the CXL core refuses is said as the core says it, with the error number.</remarks>
public sealed class CxlTool(CxlCore core)
{
    private const string Owner = "cxl region";
    private readonly CxlRegions regions = core.Assembler as CxlRegions ?? new CxlRegions(core);

    /// <summary>What it says on standard error, line by line.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The region made last; null if none was.</summary>
    public CxlRegion? Created { get; private set; }

    /// <summary>Runs a command.</summary>
    /// <returns>Whether it succeeded: the exit code is 0 then, otherwise 1.</returns>
    public async Task<bool> Run(RegionArguments arguments)
    {
        (string name, string done) = arguments.Verb switch
        {
            RegionVerb.Create => ("create", "created"),
            RegionVerb.Enable => ("enable", "enabled"),
            RegionVerb.Disable => ("disable", "disabled"),
            _ => ("destroy", "destroyed"),
        };
        (int count, bool succeeded) = arguments.Verb == RegionVerb.Create ? await Create(arguments) : await ForEach(arguments);
        Say($"cmd_{name}_region", $"{done} {count} region{(count == 1 ? "" : "s")}");
        return succeeded;
    }

    private async Task<(int Count, bool Succeeded)> Create(RegionArguments arguments)
    {
        Created = null;
        try
        {
            RegionRequest request = new RegionRequestReader(core, arguments).Read();
            Created = await new RegionCommands(regions).Create(request);
            return (1, true);
        }
        catch (ToolException error)
        {
            Say(error.Step, error.Message);
        }
        catch (ErrnoException error)
        {
            Say("create_region", $"{error.Message.TrimEnd('.')}: {ErrnoText.Of(error.Errno)}");
        }

        return (0, false);
    }

    private async Task<(int Count, bool Succeeded)> ForEach(RegionArguments arguments)
    {
        int count = 0;
        Errno? last = null;
        foreach (CxlRegion region in Selected(arguments))
        {
            try
            {
                await Carry(arguments, region);
                count++;
            }
            catch (ErrnoException error)
            {
                last = error.Errno;
                Say($"{arguments.Verb.ToString().ToLowerInvariant()}_region", error.Message.TrimEnd('.'));
                Say("decoder_region_action", $"{region.Name}: failed: {ErrnoText.Of(error.Errno)}");
            }
        }

        if (last is { } failure)
            Say("region_action", $"one or more failures, last failure: {ErrnoText.Of(failure)}");
        return (count, last is null);
    }

    private async Task Carry(RegionArguments arguments, CxlRegion region)
    {
        var commands = new RegionCommands(regions);
        if (arguments.Verb == RegionVerb.Enable)
            commands.Enable(region);
        else if (arguments.Verb == RegionVerb.Disable)
            commands.Disable(region);
        else
            await commands.Destroy(region, arguments.Force);
    }

    private CxlRegion[] Selected(RegionArguments arguments) => core.Root is not { } root || !ListingFilter.MatchesBus(root, arguments.Bus)
        ? []
        : [.. root.Decoders.OfType<CxlRootDecoder>()
            .Where(d => ListingFilter.Matches(d, arguments.Decoder))
            .SelectMany(d => d.Regions.OrderBy(r => r.Base.Value))
            .Where(r => arguments.Targets.Any(word => ListingFilter.Matches(r, word)))];

    private void Say(string step, string message) => Messages.Add($"{Owner}: {step}: {message}");
}
