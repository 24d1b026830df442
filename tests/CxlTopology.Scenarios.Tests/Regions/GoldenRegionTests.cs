using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>The commands that were given to a stock Linux, given to the CXL core: every decoder register reads what Linux wrote.</summary>
public sealed class GoldenRegionTests
{
    public static TheoryData<string> Cases { get; } =
        new(Directory.GetFiles(Path.Combine(Repository.Root, "tests", "golden", "linux"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Cases))]
    public void CreateRegion_OfACapturedCase_WritesTheRegistersThatLinuxWrote(string name)
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "golden", "linux", name + ".json")))!;
        CoreMachine machine = CoreMachine.Boot(TextOf(golden));

        foreach (JsonNode? command in golden["commands"]!.AsArray())
            machine.Do(() => machine.Commands.Create(Parse(machine, (string)command!)));

        Dictionary<(string Port, int Offset), uint> registers = machine.Registers();
        foreach (JsonNode? register in golden["readBack"]!.AsArray())
        {
            int offset = Convert.ToInt32((string)register!["hdmOffset"]!, 16);
            string component = (string)register["component"]!;
            if (offset == 0)
                continue; // what the hardware is capable of
            uint value = registers[(HostOf(machine, golden, component), offset)];
            Assert.True(value == Convert.ToUInt32((string)register["value"]!, 16), $"{component} offset 0x{offset:x}: 0x{value:x8}, Linux {register["value"]}");
        }
    }

    private static RegionRequest Parse(CoreMachine machine, string command)
    {
        string[] words = command.Replace("$(memdev ", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal).Split(' ');
        string After(string option) => words[Array.IndexOf(words, option) + 1];
        return new RegionRequest(machine.Window(int.Parse(After("-d").Split('.')[1], CultureInfo.InvariantCulture)))
        {
            IsPersistent = After("-t") == "pmem",
            Ways = int.Parse(After("-w"), CultureInfo.InvariantCulture),
            Granularity = int.Parse(After("-g"), CultureInfo.InvariantCulture),
            Size = new ByteSize(ulong.Parse(After("-s"), CultureInfo.InvariantCulture)),
            Memdevs = [.. words[(Array.IndexOf(words, "-m") + 1)..].Select(w => machine.Core.Memdevs.Single(m => m.Serial == Convert.ToUInt64(w, 16)))],
        };
    }

    /// <summary>What the core calls the port of a component.</summary>
    private static string HostOf(CoreMachine machine, JsonNode golden, string component)
    {
        JsonArray bridges = golden["topology"]!["hostBridges"]!.AsArray();
        for (int i = 0; i < bridges.Count; i++)
        {
            if ((string)bridges[i]!["id"]! == component)
                return machine.Core.Root!.Dports.Single(d => d.Id == (int)bridges[i]!["uid"]!).Name;
        }

        JsonNode link = Links(bridges).Single(l => (string?)l["usp"] == component || (string)l["id"]! == component);
        if ((string)link["type"]! == "device")
            return machine.Memdev((string)link["id"]!).Name;
        JsonNode below = link["dsps"]!.AsArray()[0]!["link"]!;
        return machine.Memdev((string)below["id"]!).Endpoint!.Parent!.Host;
    }

    private static IEnumerable<JsonNode> Links(JsonArray holders)
    {
        foreach (JsonNode? holder in holders)
        {
            foreach (JsonNode? port in (holder!["ports"] ?? holder["dsps"])!.AsArray())
            {
                if (port!["link"] is not { } link)
                    continue;
                yield return link;
                if (link["dsps"] is not null)
                {
                    foreach (JsonNode below in Links([link.DeepClone()]))
                        yield return below;
                }
            }
        }
    }

    private static string TextOf(JsonNode golden)
    {
        JsonArray bridges = golden["topology"]!["hostBridges"]!.AsArray();
        var text = new StringBuilder("version: 1\nhosts:\n  host0:\n    windows:\n");
        foreach (JsonNode? window in golden["cfmws"]!.AsArray())
            text.Append(CultureInfo.InvariantCulture, $"      - {{base: {window!["base"]}, size: {Convert.ToUInt64((string)window["size"]!, 16)}B, granularity: {window["granularity"]}B, targets: [{string.Join(", ", window["targets"]!.AsArray())}]}}\n");
        text.Append("    bridges:\n");
        foreach (JsonNode? bridge in bridges)
            text.Append(CultureInfo.InvariantCulture, $"      {bridge!["id"]}: {{uid: {bridge["uid"]}, passthrough: {((bool)bridge["passthrough"]! ? "true" : "false")}, ports: {{{PortsOf(bridge["ports"]!)}}}}}\n");
        text.Append("endpoints:\n");
        foreach (JsonNode device in Links(bridges).Where(l => (string)l["type"]! == "device"))
            text.Append(CultureInfo.InvariantCulture, $"  {device["id"]}: {{type: 3, memory: {device["volatile"]}B, persistent: {device["persistent"]}B, serial: {device["serial"]}}}\n");
        return text.ToString();
    }

    private static string PortsOf(JsonNode ports) => string.Join(", ", ports.AsArray().Select(p =>
        $"{p!["id"]}: {{number: {p["portNumber"]}{LinkOf(p["link"])}}}"));

    private static string LinkOf(JsonNode? link) => link switch
    {
        null => "",
        _ when (string)link["type"]! == "device" => $", endpoint: {link["id"]}",
        _ => $", switch: {link["id"]}, ports: {{{PortsOf(link["dsps"]!)}}}",
    };
}
