using System.CommandLine;
using CxlTopology.Cli.Output;
using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo dump</c>: what the booted topology shows to the tools of its operating system.</summary>
internal static class DumpCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = "lspci, cedt or cdat." };
        what.AcceptOnlyFromAmong("lspci", "cedt", "cdat");
        Argument<string> file = TopologyArgument.Create();
        var component = new Option<string>("--component") { HelpName = "NAME", Description = "The switch or endpoint whose CDAT is meant; with lspci, one function alone (name or path), or the ports of a switch or host bridge." };
        var on = new Option<string>("--on") { HelpName = "HOST", Description = "The host, where there are several." };
        var output = new Option<string>("--out") { HelpName = "FILE", Description = "Write there instead of to standard output." };
        var command = new Command("dump", """
            Boots the topology and prints what its operating system's tools would read: all 4,096 bytes of
            configuration space of every function (text, for lspci -F), the ACPI table CEDT, or the CDAT of a
            component, read from it over its data object exchange (binary, for iasl -d; a CDAT has no signature:
            iasl -d -ds CDAT).

            Examples:
              cxltopo dump lspci topologies/type2-accelerator.yaml --out machine.txt
              lspci -F machine.txt -vvv
              cxltopo dump cedt topologies/quickstart.yaml --out cedt.dat
              cxltopo dump cdat topologies/quickstart.yaml --component gpu0 --out cdat.dat

            Exit codes: 0 done, 1 the component has no such table, 2 usage, 3 the file is wrong.
            """)
        {
            what, file, component, on, output,
        };
        command.SetAction(parsed =>
        {
            TopologyModel model = TopologyArgument.Load(parsed.GetValue(file)!);
            HostModel host = HostOf(model, parsed.GetValue(on), parsed.GetValue(component));
            byte[] bytes = parsed.GetValue(what) switch
            {
                "lspci" => Lspci(model, host, parsed.GetValue(component)),
                "cedt" => Dump.CedtOf(model, host),
                _ => Cdat(model, host, parsed.GetValue(component)),
            };
            Write(bytes, parsed.GetValue(output));
            return ExitCode.Done;
        });
        return command;
    }

    private static byte[] Lspci(TopologyModel model, HostModel host, string? component)
    {
        string text = Dump.Lspci(model, host, component);
        if (text.Length == 0)
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: {model.Name} has no function {component} on {host.Name}.");
        return System.Text.Encoding.ASCII.GetBytes(text);
    }

    private static byte[] Cdat(TopologyModel model, HostModel host, string? component)
    {
        string[] possible = [.. model.Hosts.SelectMany(h => h.Bridges).SelectMany(b => NamesBelow(b.Ports))];
        if (component is null || !possible.Contains(component, StringComparer.Ordinal))
        {
            string asked = component is null ? "dump cdat needs --component" : $"--component {component}: there is none of that name";
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: {asked}; one of {string.Join(", ", possible.Take(8))}{(possible.Length > 8 ? ", …" : "")}.");
        }

        return Dump.CdatOf(model, host, component) ?? throw new UserErrorException(ExitCode.Failed, $"cxltopo: {component} has no CDAT, or did not answer.");
    }

    private static HostModel HostOf(TopologyModel model, string? name, string? component)
    {
        if (name is null && component is not null && model.Hosts.FirstOrDefault(h => h.Bridges.SelectMany(b => NamesBelow(b.Ports)).Contains(component)) is { } owner)
            return owner;
        if (name is null && model.Hosts.Count > 1)
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: {model.Name} has {model.Hosts.Count} hosts; say which with --on {model.Hosts[0].Name}.");
        return name is null ? model.Hosts[0] : model.Hosts.FirstOrDefault(h => h.Name == name)
            ?? throw new UserErrorException(ExitCode.Usage, $"cxltopo: --on {name}: {model.Name} has no such host; {string.Join(", ", model.Hosts.Take(8).Select(h => h.Name))}.");
    }

    private static IEnumerable<string> NamesBelow(IReadOnlyList<PortModel> ports)
    {
        foreach (PortModel port in ports)
        {
            if (port.Endpoint is { } endpoint)
                yield return endpoint.Name;
            if (port.Switch is not { } below)
                continue;
            yield return below.Name;
            foreach (string name in NamesBelow(below.Ports))
                yield return name;
        }
    }

    private static void Write(byte[] bytes, string? path)
    {
        try
        {
            if (path is not null)
            {
                File.WriteAllBytes(path, bytes);
                return;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --out {path}: {error.Message}");
        }

        using Stream standard = Console.OpenStandardOutput();
        standard.Write(bytes);
    }
}
