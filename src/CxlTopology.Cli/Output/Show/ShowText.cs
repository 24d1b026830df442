using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Specification;

namespace CxlTopology.Cli.Output;

/// <summary>A booted topology for people: components, regions, workloads with their traces, committed decoders.</summary>
internal static class ShowText
{
    // Up to this many endpoints everything is shown; of larger topologies the first of each kind, unless all is asked for.
    private const int EndpointsShown = 64;
    private const int SiblingsMax = 3;
    private const int RowsMax = 16;

    /// <summary>Writes it.</summary>
    public static void Write(TextWriter writer, BootedTopology booted, bool asTree, bool all)
    {
        TopologyModel model = booted.Model;
        bool whole = all || model.Endpoints.Count <= EndpointsShown;
        writer.WriteLine(model.Description.Length == 0 ? model.Name : $"{model.Name}: {model.Description}");
        writer.WriteLine($"{Words.Count(model.Hosts.Count, "host")}, {Words.Count(model.Endpoints.Count, "endpoint")}, {Words.Count(model.Regions.Count, "region")}, "
            + (model.Guests.Count == 0 ? "" : Words.Count(model.Guests.Count, "guest") + ", ") + $"{Words.Count(model.Workloads.Count, "workload")}, {Words.Count(booted.Decoders.Count, "committed decoder")}");
        writer.WriteLine();
        if (asTree)
            new ShowTree(writer, whole ? int.MaxValue : SiblingsMax).Write(model);
        else
            Rows(writer, whole, ["component", "kind", "what"], ShowList.Of(model).Select(c => new[] { c.Path, c.Kind, c.What }));

        Rows(writer, whole, ["function", "bdf", "what"], Functions(booted), "\n");
        Rows(writer, whole, ["region", "window", "range, interleave, memory: endpoints"], model.Regions.Select(r => new[] { r.Name, $"{r.Host.Name}/window{r.Window.Index}", FileWords.Of(r) }), "\n");
        Rows(writer, whole, ["guest", "on", "what"], model.Guests.Select(g => new[] { g.Name, g.Outer ?? g.Host.Name, FileWords.Of(g) }), "\n");
        Rows(writer, whole, ["workload", "what"], model.Workloads.Select(w => new[] { w.Name, FileWords.Of(w) }), "\n");
        Rows(writer, whole, ["trace of", "format", "loads", "stores", "modifies", "fetches", "reads", "writes", "split", "pages", "lines", "length"], booted.Traces.Select(t => Trace(t.Key, t.Value)), "\n");
        Rows(writer, whole, ["component", "decoder", "range", "interleave", "targets / DPA"], booted.Decoders.Select(Decoder), "\n");
        Rows(writer, whole, ["coherent device", "back-invalidate", "CXL.cache"], booted.Coherent.Select(Coherent), "\n");
        if (booted.Decoders.Count == 0)
            writer.WriteLine("\nno decoder is committed after boot");
        foreach (string problem in booted.Problems)
            writer.WriteLine("firmware: " + problem);
        if (!whole)
            writer.WriteLine("\n--all shows everything.");
    }

    private static IEnumerable<string[]> Functions(BootedTopology booted)
    {
        foreach (EndpointModel endpoint in booted.Model.Endpoints.Where(e => e.Functions.Count > 0))
        {
            yield return [endpoint.Name, Place(0), $"function 0, the CXL device of type {(int)endpoint.Type}"];
            foreach (FunctionModel function in endpoint.Functions)
                yield return [$"{endpoint.Name}.{function.Name}", Place(function.Number), FileWords.Of(function)];

            string Place(int number) => booted.Functions.TryGetValue((endpoint.Name, number), out Bdf bdf) ? bdf.ToString() : "not numbered";
        }
    }

    private static string[] Decoder(CommittedDecoder d) => [d.Component, d.Name, FileWords.Range(d.Settings.Base, d.Settings.Size), FileWords.Of(d.Settings.Interleave), d.Leads];

    private static string[] Coherent(CoherentDevice device) => [device.Name, CoherentDevice.Words(device.BackInvalidate, "bus"), CoherentDevice.Words(device.Cache, "cache id")];

    private static string[] Trace(string workload, TraceStatistics t)
    {
        string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
        return
        [
            workload, t.Format == TraceFormat.Lackey ? "lackey" : "plain", Number(t.Loads), Number(t.Stores), Number(t.Modifies), Number(t.Fetches), Number(t.Reads), Number(t.Writes), Number(t.Split),
            Number(t.Pages), Number(t.Lines), t.Length.ToString(),
        ];
    }

    private static void Rows(TextWriter writer, bool whole, string[] headers, IEnumerable<string[]> rows, string before = "")
    {
        var table = new TextTable(headers);
        int more = 0;
        foreach (string[] row in rows)
        {
            if (whole || table.Count < RowsMax)
                table.Add(row);
            else
                more++;
        }

        if (table.Count == 0)
            return;
        writer.Write(before);
        table.Write(writer);
        if (more > 0)
            writer.WriteLine($"… and {more.ToString("N0", CultureInfo.InvariantCulture)} more");
    }
}
