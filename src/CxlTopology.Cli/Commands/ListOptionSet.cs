using System.CommandLine;
using CxlTopology.Software;

namespace CxlTopology.Cli.Commands;

/// <summary>The options of <c>cxl list</c>.</summary>
internal sealed class ListOptionSet
{
    private readonly Dictionary<string, Option<bool>> switches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Option<string>> filters = new(StringComparer.Ordinal);

    private readonly Option<bool> verbose = new("--verbose", "-v")
    {
        Description = "More: -v everything that there is, -vv what is idle as well, -vvv health, partition, firmware, alerts, DAX and media errors too.",
        Arity = ArgumentArity.Zero,
    };

    private ListOptionSet()
    {
    }

    /// <summary>Adds the options to a command.</summary>
    public static ListOptionSet AddTo(Command command)
    {
        var set = new ListOptionSet();
        set.Filter(command, "-m", "--memdev", "NAME", "These memory devices: 0, mem0, 0000:0d:00.0.");
        set.Filter(command, "-s", "--serial", "NUMBER", "Memory devices with these serial numbers: 4096, 0x1000.");
        set.Switch(command, "-M", "--memdevs", "Memory devices.");
        set.Filter(command, "-b", "--bus", "NAME", "This bus: 0, root0, ACPI.CXL.");
        set.Switch(command, "-B", "--buses", "Buses: the root.");
        set.Filter(command, "-p", "--port", "NAME", "These ports: 1, port1, pci0000:0c, 0000:0d:00.0, or root, switch, endpoint.");
        set.Switch(command, "-P", "--ports", "Ports of host bridges and switches.");
        set.Switch(command, "-S", "--single", "With -p: without what is below these ports.");
        set.Filter(command, "-e", "--endpoint", "NAME", "These endpoints: 2, endpoint2, mem0.");
        set.Switch(command, "-E", "--endpoints", "Ports of memory devices.");
        set.Filter(command, "-d", "--decoder", "NAME", "These decoders: 0.0, decoder0.0, or root, switch, endpoint.");
        set.Switch(command, "-D", "--decoders", "Decoders.");
        set.Switch(command, "-T", "--targets", "Downstream ports, targets of decoders, and what regions map.");
        set.Filter(command, "-r", "--region", "NAME", "These regions: 0, region0.");
        set.Switch(command, "-R", "--regions", "Regions.");
        set.Switch(command, "-X", "--dax", "DAX regions of RAM regions.");
        set.Switch(command, "-i", "--idle", "What is disabled or unused as well.");
        set.Switch(command, "-u", "--human", "Numbers for people.");
        set.Switch(command, "-H", "--health", "Health of memory devices.");
        set.Switch(command, "-I", "--partition", "How the memory of devices is divided.");
        set.Switch(command, "-F", "--firmware", "Firmware of memory devices.");
        set.Switch(command, "-A", "--alert-config", "Alert configuration of memory devices.");
        set.Switch(command, "-L", "--media-errors", "Poisoned memory.");
        command.Add(set.verbose);
        command.Validators.Add(result =>
        {
            if (result.GetValue(set.switches["--single"]) && result.GetValue(set.filters["--port"]) is null)
                result.AddError("-S/--single expects a port filter: -p/--port.");
        });
        return set;
    }

    /// <summary>What was asked for.</summary>
    public ListingOptions Read(ParseResult parsed)
    {
        bool Is(string name) => parsed.GetValue(switches[name]);
        string? Of(string name) => parsed.GetValue(filters[name]);
        return new ListingOptions
        {
            Memdevs = Is("--memdevs"),
            Buses = Is("--buses"),
            Ports = Is("--ports"),
            Endpoints = Is("--endpoints"),
            Decoders = Is("--decoders"),
            Regions = Is("--regions"),
            Targets = Is("--targets"),
            Idle = Is("--idle"),
            Human = Is("--human"),
            Single = Is("--single"),
            Health = Is("--health"),
            Partition = Is("--partition"),
            Firmware = Is("--firmware"),
            AlertConfiguration = Is("--alert-config"),
            MediaErrors = Is("--media-errors"),
            Dax = Is("--dax"),
            Verbosity = parsed.GetResult(verbose)?.IdentifierTokenCount ?? 0,
            MemdevFilter = Of("--memdev"),
            SerialFilter = Of("--serial"),
            BusFilter = Of("--bus"),
            PortFilter = Of("--port"),
            EndpointFilter = Of("--endpoint"),
            DecoderFilter = Of("--decoder"),
            RegionFilter = Of("--region"),
        };
    }

    private void Switch(Command command, string name, string longName, string description)
    {
        var option = new Option<bool>(longName, name) { Description = description, Arity = ArgumentArity.Zero };
        switches.Add(longName, option);
        command.Add(option);
    }

    private void Filter(Command command, string name, string longName, string value, string description)
    {
        var option = new Option<string>(longName, name) { Description = description, HelpName = value };
        filters.Add(longName, option);
        command.Add(option);
    }
}
