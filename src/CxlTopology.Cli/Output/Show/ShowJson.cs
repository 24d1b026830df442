using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Specification;

namespace CxlTopology.Cli.Output;

/// <summary>A booted topology as one JSON object: all of it, whatever its size. Addresses are strings <c>"0x…"</c>, sizes whole numbers of bytes, times nanoseconds.</summary>
internal sealed class ShowJson(Utf8JsonWriter json, BootedTopology booted)
{
    /// <summary>Writes it to a stream, with a line feed at the end.</summary>
    public static void Write(Stream stream, BootedTopology booted)
    {
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            new ShowJson(json, booted).Write();
        stream.Write("\n"u8);
    }

    private void Write()
    {
        TopologyModel model = booted.Model;
        json.WriteStartObject();
        json.WriteNumber("schemaVersion", 1);
        json.WriteString("topology", model.Name);
        json.WriteString("description", model.Description);
        json.WriteNumber("seed", model.Seed);
        Array("hosts", model.Hosts, Host);
        Array("regions", model.Regions, Region);
        Array("guests", model.Guests, Guest);
        Array("workloads", model.Workloads, w => Workload(w, booted.Traces.GetValueOrDefault(w.Name)));
        Array("decoders", booted.Decoders, Decoder);
        Array("coherentDevices", booted.Coherent, device =>
        {
            json.WriteString("endpoint", device.Name);
            Way("backInvalidate", "bus", device.BackInvalidate);
            Way("cache", "cacheId", device.Cache);
        });
        json.WriteStartArray("firmwareProblems");
        foreach (string problem in booted.Problems)
            json.WriteStringValue(problem);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Host(HostModel host)
    {
        json.WriteString("name", host.Name);
        json.WriteNumber("memoryBytes", host.Memory.Bytes);
        json.WriteNumber("fabricLatencyNs", host.FabricLatency.TotalNanoseconds);
        Array("windows", host.Windows, Window);
        Array("bridges", host.Bridges, bridge =>
        {
            json.WriteString("name", bridge.Name);
            json.WriteNumber("uid", bridge.Uid);
            json.WriteBoolean("passThrough", bridge.PassThrough);
            json.WriteNumber("decoders", bridge.PassThrough ? 0 : bridge.Decoders);
            json.WriteNumber("targetCount", bridge.TargetCount);
            Array("ports", bridge.Ports, Port);
        });
    }

    private void Window(WindowModel window)
    {
        json.WriteNumber("index", window.Index);
        Range(window.Base, window.Size);
        json.WriteNumber("ways", window.Ways);
        json.WriteNumber("granularityBytes", window.Granularity);
        json.WriteString("arithmetic", window.Arithmetic == WindowArithmetic.Xor ? "xor" : "modulo");
        Strings("targets", window.Targets);
        Strings("allow", FileWords.Allowances(window.Allow));
    }

    private void Port(PortModel port)
    {
        json.WriteString("name", port.Name);
        json.WriteNumber("number", port.Number);
        json.WriteStartObject("link");
        json.WriteString("rate", port.Link.RateGigatransfers.ToString(CultureInfo.InvariantCulture) + "GT/s");
        json.WriteNumber("width", port.Link.Width);
        json.WriteNumber("flitBytes", port.Link.FlitBytes);
        json.WriteNumber("retimers", port.Link.Retimers);
        json.WriteNumber("portLatencyNs", port.Link.PortLatency.TotalNanoseconds);
        json.WriteNumber("wireNs", port.Link.Wire.TotalNanoseconds);
        json.WriteEndObject();
        if (port.Switch is { } below)
        {
            json.WriteStartObject("switch");
            json.WriteString("name", below.Name);
            json.WriteNumber("decoders", below.Decoders);
            json.WriteNumber("targetCount", below.TargetCount);
            json.WriteNumber("latencyNs", below.Latency.TotalNanoseconds);
            Array("ports", below.Ports, Port);
            json.WriteEndObject();
        }

        if (port.Endpoint is { } endpoint)
        {
            json.WriteStartObject("endpoint");
            json.WriteString("name", endpoint.Name);
            json.WriteNumber("type", (int)endpoint.Type);
            json.WriteNumber("volatileBytes", endpoint.Volatile.Bytes);
            json.WriteNumber("persistentBytes", endpoint.Persistent.Bytes);
            json.WriteNumber("decoders", endpoint.Decoders);
            json.WriteString("coherence", FileWords.Of(endpoint.Coherence));
            json.WriteString("profile", endpoint.Profile);
            json.WriteString("serial", Hex(endpoint.Serial));
            if (endpoint.Functions.Count > 0)
                Functions(endpoint);
            json.WriteEndObject();
        }
    }

    private void Functions(EndpointModel endpoint)
    {
        Place(0);
        Array("functions", endpoint.Functions, function =>
        {
            json.WriteString("name", function.Name);
            json.WriteNumber("number", function.Number);
            Place(function.Number);
            json.WriteBoolean("cxl", function.IsCxl);
            json.WriteString("class", "0x" + (function.Configuration.Identity ?? FunctionConfigSpaceOptions.DefaultIdentity).ClassCode.ToString("x6", CultureInfo.InvariantCulture));
            json.WriteNumber("msixVectors", function.Configuration.MsixVectors);
        });

        void Place(int number)
        {
            if (booted.Functions.TryGetValue((endpoint.Name, number), out Bdf bdf))
                json.WriteString("bdf", bdf.ToString());
            else
                json.WriteNull("bdf");
        }
    }

    private void Region(RegionModel region)
    {
        json.WriteString("name", region.Name);
        json.WriteString("host", region.Host.Name);
        json.WriteNumber("window", region.Window.Index);
        Range(region.Base, region.Size);
        json.WriteNumber("ways", region.Ways);
        json.WriteNumber("granularityBytes", region.Granularity);
        json.WriteString("memory", region.Memory == RegionMemory.Pmem ? "pmem" : "ram");
        Array("endpoints", region.Targets.OrderBy(t => t.Position), target =>
        {
            json.WriteNumber("position", target.Position);
            json.WriteString("name", target.Endpoint.Name);
            json.WriteString("dpa", target.Dpa.ToString());
        });
    }

    private void Guest(GuestModel guest)
    {
        json.WriteString("name", guest.Name);
        json.WriteString("on", guest.Outer ?? guest.Host.Name);
        json.WriteNumber("memoryBytes", guest.Memory.Bytes);
        json.WriteString("dialect", FileWords.Of(guest.Dialect));
        Array("devices", guest.Devices, device =>
        {
            json.WriteString("name", device.Name);
            json.WriteNumber("sizeBytes", device.Size.Bytes);
            json.WriteNumber("regions", device.Regions);
            json.WriteBoolean("passedOn", device.PassedOn);
        });
    }

    private void Workload(WorkloadModel workload, TraceStatistics? trace)
    {
        json.WriteString("name", workload.Name);
        json.WriteString("from", workload.Source);
        json.WriteString("to", FileWords.TargetOf(workload));
        Range(workload.To.Base, workload.To.Size);
        json.WriteString("pattern", FileWords.Of(workload.Pattern));
        json.WriteNumber("outstanding", workload.Outstanding);
        json.WriteBoolean("payloads", workload.Payloads);
        if (workload.Count is { } count)
            json.WriteNumber("count", count);
        if (trace is null)
            return;
        json.WriteStartObject("trace");
        json.WriteString("file", workload.Trace);
        json.WriteString("format", trace.Format == TraceFormat.Lackey ? "lackey" : "plain");
        foreach ((string name, long value) in new[]
        {
            ("textLines", trace.TextLines), ("loads", trace.Loads), ("stores", trace.Stores), ("modifies", trace.Modifies), ("fetches", trace.Fetches),
            ("reads", trace.Reads), ("writes", trace.Writes), ("split", trace.Split), ("pages", trace.Pages), ("lines", trace.Lines),
        })
        {
            json.WriteNumber(name, value);
        }

        json.WriteNumber("lengthNs", trace.Length.TotalNanoseconds);
        json.WriteEndObject();
    }

    private void Decoder(CommittedDecoder decoder)
    {
        HdmDecoderSettings settings = decoder.Settings;
        json.WriteString("component", decoder.Component);
        json.WriteString("decoder", decoder.Name);
        Range(settings.Base, settings.Size);
        if (settings.Interleave is { } interleave)
        {
            json.WriteNumber("ways", interleave.Ways);
            json.WriteNumber("granularityBytes", interleave.Granularity);
        }

        json.WriteBoolean("locked", settings.Locked);
        if (decoder.DpaBase is { } dpa)
        {
            json.WriteString("dpaBase", dpa.ToString());
            json.WriteNumber("dpaSkipBytes", settings.DpaSkip.Bytes);
            return;
        }

        Array("targets", decoder.Targets, target =>
        {
            json.WriteNumber("port", target.Number);
            json.WriteString("name", target.Port);
        });
    }

    private void Way(string name, string id, CoherenceWay? way)
    {
        if (way is null)
            return;
        json.WriteStartObject(name);
        if (way.Id is { } number)
            json.WriteNumber(id, number);
        else
            json.WriteString("closedAt", way.ClosedAt);
        json.WriteEndObject();
    }

    private void Range(Hpa start, ByteSize size)
    {
        json.WriteString("base", start.ToString());
        json.WriteNumber("sizeBytes", size.Bytes);
    }

    private void Array<T>(string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void Strings(string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items)
            json.WriteStringValue(item);
        json.WriteEndArray();
    }

    private static string Hex(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);
}
