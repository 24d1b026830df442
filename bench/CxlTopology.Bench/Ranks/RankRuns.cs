using System.Diagnostics;
using System.Globalization;

namespace CxlTopology.Bench.Ranks;

/// <summary>
/// Two ranks of an MPI run against one process with one worker. Every measurement is a fresh process, or two; what is compared runs in turn, several times, and medians are printed.
/// </summary>
public static class RankRuns
{
    private const int Rounds = 3;
    private static readonly string[] mpirun = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "2"];

    /// <summary>Measures and prints the table.</summary>
    public static void Print()
    {
        var exchanges = new List<double>();
        var windows = new List<double>();
        var alone = new List<double>();
        var atHosts = new List<double>();
        var half = new List<double>();
        var digests = new HashSet<string>(StringComparer.Ordinal);
        for (int round = 0; round < Rounds; round++)
        {
            exchanges.Add(Measure(true, "exchange")[0]);
            windows.Add(Measure(true, "window")[0]);
            alone.Add(Fabric(false, "hosts", digests));
            atHosts.Add(Fabric(true, "hosts", digests));
            half.Add(Fabric(true, "half", digests));
            Console.WriteLine(
                $"round {round + 1}: {Nanoseconds(exchanges[^1])}, {Nanoseconds(windows[^1])}, {Rate(alone[^1])} alone, {Rate(atHosts[^1])} cut at hosts, {Rate(half[^1])} half crossing");
        }

        Line("what", "median", "of the rounds");
        Line("---", "---", "---");
        Line("an empty exchange, two ranks", Nanoseconds(Median(exchanges)), string.Join(", ", exchanges.Select(Nanoseconds)));
        Line("a window with a timer on each rank", Nanoseconds(Median(windows)), string.Join(", ", windows.Select(Nanoseconds)));
        Line("W4, one process", Rate(Median(alone)), string.Join(", ", alone.Select(Rate)));
        Line("W4, two ranks, cut at hosts", Ratio(atHosts, alone), string.Join(", ", Ratios(atHosts, alone)));
        Line("W4, two ranks, half of it crossing", Ratio(half, alone), string.Join(", ", Ratios(half, alone)));
        Console.WriteLine(digests.Count == 1 ? "equal digests" : "DIGESTS DIFFER: " + string.Join(' ', digests));
    }

    private static double Fabric(bool ranks, string cut, HashSet<string> digests)
    {
        string[] figures = Start(ranks, "W4", cut);
        digests.Add(figures[1]);
        return double.Parse(figures[0], CultureInfo.InvariantCulture);
    }

    private static double[] Measure(bool ranks, params string[] work) => [.. Start(ranks, work).Select(figure => double.Parse(figure, CultureInfo.InvariantCulture))];

    private static string[] Start(bool ranks, params string[] work)
    {
        string[] command = [.. ranks ? mpirun : [], "dotnet", typeof(RankRuns).Assembly.Location, "rank", .. work];
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true };
        foreach (string arg in command[1..])
            start.ArgumentList.Add(arg);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("mpirun did not start.");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim().Split(' ')
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}. Open MPI is needed: openmpi-bin and libopenmpi-dev.");
    }

    private static string Ratio(List<double> these, List<double> those) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median([.. these.Zip(those, (a, b) => a / b)]):0.00}x");

    private static IEnumerable<string> Ratios(List<double> these, List<double> those) =>
        these.Zip(those, (a, b) => string.Create(CultureInfo.InvariantCulture, $"{a / b:0.00}x"));

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Nanoseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0} ns");

    private static string Rate(double value) => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.00} M tx/s");

    private static void Line(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
