using System.Diagnostics;
using System.Globalization;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Output;

/// <summary>Tells on standard error how far a run has come: one redrawn line on a terminal, a heartbeat line every ten seconds otherwise.</summary>
internal sealed class Progress : IDisposable
{
    private readonly Experiment experiment;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly long expected;
    private readonly Timer? timer;
    private readonly bool interactive = Terminal.ErrorIsInteractive;
    private bool drawn;

    public Progress(Experiment experiment, bool quiet)
    {
        this.experiment = experiment;
        expected = experiment.Model.Workloads.All(w => w.Count is not null) ? experiment.Model.Workloads.Sum(w => w.Count ?? 0) : 0;
        if (!quiet)
            timer = new Timer(_ => Tell(), null, TimeSpan.FromSeconds(interactive ? 0.5 : 10), TimeSpan.FromSeconds(interactive ? 0.2 : 10));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        timer?.Dispose();
        if (drawn)
            Console.Error.Write("\r\e[2K");
    }

    private void Tell()
    {
        // Counters of a running simulation are read from outside: about right is good enough here.
        long done = experiment.Requesters.Sum(r => r.Requester.Statistics.Completed);
        long events = experiment.Built.Simulation.EventsSoFar;
        double seconds = clock.Elapsed.TotalSeconds;
        string share = expected == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" of {expected:N0} ({100.0 * done / expected:0}%)");
        string line = string.Create(CultureInfo.InvariantCulture,
            $"{seconds,6:0.0} s  simulated {experiment.Built.Simulation.Progress.TotalNanoseconds / 1e3:N1} us  {done:N0}{share} requests  {events / seconds / 1e6:0.0} M events/s");
        if (interactive)
        {
            const int Bar = 24;
            int filled = expected == 0 ? 0 : (int)Math.Min(Bar, Bar * done / expected);
            Console.Error.Write($"\r\e[2K[{new string('#', filled)}{new string('.', Bar - filled)}] {line}");
            drawn = true;
        }
        else
        {
            Console.Error.WriteLine(line);
        }
    }
}
