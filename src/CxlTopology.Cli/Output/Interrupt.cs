using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CxlTopology.Cli.Output;

/// <summary>The first SIGINT or SIGTERM stops the run, and what there is is written; a second one later ends the process.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;
    private const int AgainAfterMilliseconds = 500; // a group signal may come twice at once
    private readonly Stopwatch since = new();
    private int code;

    /// <param name="simulation">What is stopped.</param>
    /// <param name="quiet">Whether somebody else says so.</param>
    public Interrupt(Simulation.Simulation simulation, bool quiet = false)
    {
        void On(PosixSignalContext context, int exit)
        {
            if (Interlocked.CompareExchange(ref code, exit, 0) != 0)
            {
                context.Cancel = since.ElapsedMilliseconds < AgainAfterMilliseconds;
                return;
            }

            since.Start();
            context.Cancel = true;
            simulation.Stop();
            if (!quiet)
                Console.Error.WriteLine("cxltopo: stopping; what there is will be written. Again to abort.");
        }

        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => On(context, ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => On(context, ExitCode.Terminated)),
        ];
    }

    /// <summary>The exit code of the signal that came; null if none did.</summary>
    public int? Code => code == 0 ? null : code;

    /// <summary>How long ago it came; zero if none did.</summary>
    public TimeSpan Since => since.Elapsed;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
    }
}
