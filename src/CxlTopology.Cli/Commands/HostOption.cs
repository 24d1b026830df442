using System.CommandLine;
using CxlTopology.Description;

namespace CxlTopology.Cli.Commands;

/// <summary><c>--on host0</c>: which host's operating system is asked.</summary>
internal static class HostOption
{
    private const int NamesShown = 8;

    /// <summary>The option.</summary>
    public static Option<string> Create() => new("--on") { HelpName = "HOST", Description = "The host whose operating system is asked, where there are several." };

    /// <summary><c>--no-regions</c>: the machine as it is before any region is made.</summary>
    public static Option<bool> WithoutRegions() => new("--no-regions") { Description = "Boot without the regions of the file.", Arity = ArgumentArity.Zero };

    /// <summary>The host of a name; the only one without.</summary>
    /// <exception cref="UserErrorException">There is no such host, or there are several and none is named.</exception>
    public static HostModel Of(TopologyModel model, string? name)
    {
        string names = string.Join(", ", model.Hosts.Take(NamesShown).Select(h => h.Name)) + (model.Hosts.Count > NamesShown ? ", …" : "");
        if (name is null)
        {
            return model.Hosts.Count == 1
                ? model.Hosts[0]
                : throw new UserErrorException(ExitCode.Usage, $"cxltopo: {model.Name} has {model.Hosts.Count} hosts ({names}); say which with --on {model.Hosts[0].Name}.");
        }

        return model.Hosts.FirstOrDefault(h => h.Name == name)
            ?? throw new UserErrorException(ExitCode.Usage, $"cxltopo: --on {name}: {model.Name} has no such host; it has {names}.");
    }
}
