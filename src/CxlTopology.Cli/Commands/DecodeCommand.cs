using System.CommandLine;
using System.Text.Json;
using CxlTopology.Cli.Output;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Specification;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo decode</c>: where an address goes, and which register decided it.</summary>
internal static class DecodeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        Argument<string> file = TopologyArgument.Create();
        var hpa = new Option<string>("--hpa") { HelpName = "ADDRESS", Description = "Host address, or guest-physical with --on a guest: 0x10_0000_0040, decimal, or a size such as 64GiB." };
        var on = new Option<string>("--on") { HelpName = "NAME", Description = "The host or guest whose address it is (default: the only host)." };
        var endpoint = new Option<string>("--endpoint") { HelpName = "NAME", Description = "With --dpa: find the address of a device address, in its host or in the guest of --on." };
        var dpa = new Option<string>("--dpa") { HelpName = "ADDRESS", Description = "Device address." };
        var output = new Option<string>("--output", "-o") { Description = "table for people, json for tools.", DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        var command = new Command("decode", """
            Boots the topology and sends a real read: every component on the way explains what it did, with the
            register values that decided, the arithmetic with its numbers, and the next target.

            Examples:
              cxltopo decode topologies/quickstart.yaml --hpa 0x10_0000_0c40
              cxltopo decode topologies/several-hosts.yaml --hpa 0x10_0000_0000 --on host1
              cxltopo decode topologies/passthrough.yaml --hpa 0x10_0000_1040 --on guest0
              cxltopo decode topologies/quickstart.yaml --endpoint gpu2 --dpa 0x1000 -o json
              cxltopo decode topologies/passthrough.yaml --endpoint gpu3 --dpa 0x1000 --on guest1

            Exit codes: 0 also when nothing answers (the reason is printed), 2 usage, 3 the file is wrong.
            """)
        {
            file, hpa, on, endpoint, dpa, output,
        };
        command.SetAction(parsed =>
        {
            (string? host, string? name) = (parsed.GetValue(on), parsed.GetValue(endpoint));
            (string? hostAddress, string? deviceAddress) = (parsed.GetValue(hpa), parsed.GetValue(dpa));
            if (hostAddress is null == (name is null) || name is null != (deviceAddress is null))
                throw new UserErrorException(ExitCode.Usage, "cxltopo: decode takes either --hpa, or --endpoint with --dpa.");
            TopologyModel model = TopologyArgument.Load(parsed.GetValue(file)!);
            Func<DecodeProbe, DecodeExplanation> question = name is null
                ? ForHost(model, host, Parse("--hpa", hostAddress!))
                : ForEndpoint(model, host is null ? null : HostOption.NameOf(model, host), name, Parse("--dpa", deviceAddress!));
            DecodeExplanation explanation = question(DecodeProbe.Boot(model));
            if (parsed.GetValue(output) == "json")
                PrintJson(explanation, name is not null);
            else
                Print(explanation, name is not null);
        });
        return command;
    }

    private static Func<DecodeProbe, DecodeExplanation> ForHost(TopologyModel model, string? host, ulong address)
    {
        string name = HostOption.NameOf(model, host);
        return probe => probe.Explain(name, new Hpa(address));
    }

    private static Func<DecodeProbe, DecodeExplanation> ForEndpoint(TopologyModel model, string? on, string name, ulong address)
    {
        EndpointModel endpoint = model.Endpoints.FirstOrDefault(e => e.Name == name)
            ?? throw new UserErrorException(ExitCode.Usage, $"cxltopo: {model.Name} has no endpoint {name}; it has {string.Join(", ", model.Endpoints.Take(8).Select(e => e.Name))}{(model.Endpoints.Count > 8 ? ", …" : "")}.");
        if (address >= endpoint.Capacity.Bytes)
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: {name} has {endpoint.Capacity} of memory; device addresses go up to 0x{endpoint.Capacity.Bytes - 1:x}.");
        return probe => probe.Explain(endpoint, new Dpa(address), on);
    }

    private static ulong Parse(string option, string text) => Addresses.TryParse(text, out ulong value)
        ? value
        : throw new UserErrorException(ExitCode.Usage, $"cxltopo: {option} {text}: an address such as 0x10_0000_0040, decimal, or a size such as 64GiB.");

    private static void PrintJson(DecodeExplanation e, bool reverse)
    {
        string? address = reverse && e.Device is null ? null : e.Hpa.ToString();
        var hops = e.Hops.Select(h => new
        {
            component = h.Component,
            decoder = h.Decoder,
            registers = h.Registers.ToDictionary(r => r.Key, r => IsCount(r.Key) ? (object)r.Value : $"0x{r.Value:x}"),
            arithmetic = h.Arithmetic,
            target = h.Target,
        });
        object value = e.Guests.Count == 0
            ? new { hpa = address, device = e.Device, dpa = e.Dpa?.ToString(), reason = e.Reason, hops }
            : new
            {
                hpa = address,
                guests = e.Guests.Select(g => new { guest = g.Guest, address = g.Address.ToString() }),
                hostAddress = e.HostAddress.Value == 0 ? null : e.HostAddress.ToString(),
                device = e.Device,
                dpa = e.Dpa?.ToString(),
                reason = e.Reason,
                hops,
            };
        Console.Out.WriteLine(JsonSerializer.Serialize(value, Json.Indented));
    }

    private static bool IsCount(string register) => register is "ways" or "granularity" or "memEnable" or "hdmEnable";

    private static void Print(DecodeExplanation e, bool reverse)
    {
        if (!reverse || e.Device is not null)
            Console.Out.WriteLine(e.Guests.Count == 0 ? $"host address {e.Hpa}" : $"guest-physical address {e.Hpa} of {e.Guests[0].Guest}");
        int number = 0;
        foreach (DecodeHop hop in e.Hops)
        {
            Console.Out.WriteLine();
            if (number > 0 && number == e.Guests.Count)
                Console.Out.WriteLine($"host address {e.HostAddress}{Environment.NewLine}");
            Console.Out.WriteLine($"{++number}. {hop.Component}{(hop.Decoder is null ? "" : " " + hop.Decoder)}");
            if (hop.Registers.Count > 0)
                Console.Out.WriteLine("   " + string.Join("  ", hop.Registers.Select(r => IsCount(r.Key) ? $"{r.Key} {r.Value}" : $"{r.Key} 0x{r.Value:x}")));
            Console.Out.WriteLine("   " + hop.Arithmetic);
            if (hop.Target is not null)
                Console.Out.WriteLine("   → " + hop.Target);
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine(e.Device is null ? (e.IsHostMemory ? "" : "nothing answers: ") + e.Reason : $"{e.Device}, device address {e.Dpa}");
    }
}
