using System.CommandLine;
using CxlTopology.Cli.Output;
using CxlTopology.Description;

namespace CxlTopology.Cli.Commands;

/// <summary><c>--on host0</c>: which host's operating system is asked.</summary>
internal static class HostOption
{
    private const int NamesShown = 8;

    /// <summary>The option.</summary>
    public static Option<string> Create() => new("--on") { HelpName = "NAME", Description = "The host whose operating system is asked, where there are several; or a guest." };

    /// <summary><c>--no-regions</c>: the machine as it is before any region is made.</summary>
    public static Option<bool> WithoutRegions() => new("--no-regions") { Description = "Boot without the regions of the file.", Arity = ArgumentArity.Zero };

    /// <summary>The name of a host or guest as it was given; the only host's without.</summary>
    /// <exception cref="UserErrorException">There is none of that name, or there are several hosts and none is named.</exception>
    public static string NameOf(TopologyModel model, string? name)
    {
        string[] guests = [.. model.Guests.Select(g => g.Name)];
        if (name is null)
        {
            return model.Hosts.Count == 1
                ? model.Hosts[0].Name
                : throw new UserErrorException(ExitCode.Usage, $"cxltopo: {model.Name} has {model.Hosts.Count} hosts ({Some(model.Hosts.Select(h => h.Name))}); say which with --on {model.Hosts[0].Name}.");
        }

        if (model.Hosts.Any(h => h.Name == name) || guests.Contains(name))
            return name;
        string what = guests.Length == 0 ? $"no such host; it has {Some(model.Hosts.Select(h => h.Name))}" : $"no such host or guest; it has {Some(model.Hosts.Select(h => h.Name).Concat(guests))}";
        throw new UserErrorException(ExitCode.Usage, $"cxltopo: --on {name}: {model.Name} has {what}.{NearestWord.Hint(name, model.Hosts.Select(h => h.Name).Concat(guests))}");
    }

    private static string Some(IEnumerable<string> names)
    {
        string[] all = [.. names.Take(NamesShown + 1)];
        return string.Join(", ", all.Take(NamesShown)) + (all.Length > NamesShown ? ", …" : "");
    }
}
