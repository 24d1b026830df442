using System.CommandLine;
using CxlTopology.Software;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo create-region</c>: what <c>cxl create-region</c> does on a host of the topology.</summary>
internal static class CreateRegionCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var runner = new RegionCommandRunner();
        var targets = new Argument<string[]>("memdev") { Description = "Memory devices by position in the interleave: mem0, 0, 0000:0d:00.0.", Arity = ArgumentArity.ZeroOrMore };
        var memdevs = new Option<bool>("--memdevs", "-m") { Description = "The arguments are memory devices.", Arity = ArgumentArity.Zero };
        var size = new Option<string>("--size", "-s") { HelpName = "SIZE", Description = "Size of the region: 536870912, 512M, 2G. By default as much as the devices have." };
        var ways = new Option<int?>("--ways", "-w") { HelpName = "N", Description = "Memory devices to interleave: 1, 2, 3, 4, 6, 8, 12, 16. By default those given." };
        var granularity = new Option<int?>("--granularity", "-g") { HelpName = "BYTES", Description = "Bytes to one device before the next, 256 to 16384. By default the root decoder's." };
        var type = new Option<string>("--type", "-t") { HelpName = "ram|pmem", Description = "Memory of the region. By default what the root decoder can have, rather pmem." };
        var uuid = new Option<string>("--uuid", "-U") { HelpName = "UUID", Description = "The uuid of a pmem region. By default one is drawn." };
        var qos = new Option<bool>("--enforce-qos", "-Q") { Description = "Refuse devices of another QoS class than the root decoder's.", Arity = ArgumentArity.Zero };
        var command = new Command("create-region", """
            Boots the topology and makes a region as "cxl create-region" does: same options, same output.

            The region is made by the CXL core of a host: host addresses, device memory, decoders programmed
            from the devices up by register writes. What it refuses is said with the register or argument at
            fault, and the error number. The region is printed as "cxl list" prints it; nothing is kept when
            the command ends. Regions of the file are there already, unless --no-regions is given.

            Examples:
              cxltopo create-region topologies/linux-cxl-test.yaml --no-regions -d decoder0.0 -s 256M -m mem1
              cxltopo create-region topologies/linux-cxl-test.yaml --no-regions -d 0.1 -m mem0 mem4 -u
              cxltopo create-region topologies/linux-cxl-test.yaml --no-regions -d 0.3 -m 0,4,2,6 -s 1G --list
              cxltopo create-region topologies/quickstart.yaml --no-regions -d decoder0.0 -m mem0 mem2 mem1 mem3

            Exit codes: 0 done, 1 refused, 2 usage, 3 the file is wrong.
            """);
        runner.AddTo(command, targets);
        foreach (Option option in new Option[] { memdevs, size, ways, granularity, type, uuid, qos })
            command.Add(option);
        command.SetAction(parsed => runner.Run(parsed, new RegionArguments(RegionVerb.Create)
        {
            Memdevs = parsed.GetValue(memdevs),
            Size = parsed.GetValue(size),
            Ways = parsed.GetValue(ways),
            Granularity = parsed.GetValue(granularity),
            Type = parsed.GetValue(type),
            Uuid = parsed.GetValue(uuid),
            EnforceQos = parsed.GetValue(qos),
            Targets = parsed.GetValue(targets) ?? [],
        }));
        return command;
    }
}
