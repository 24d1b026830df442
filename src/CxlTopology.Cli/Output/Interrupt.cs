using System.Runtime.InteropServices;

namespace CxlTopology.Cli.Output;

/// <summary>The first SIGINT or SIGTERM stops the run, and what there is is written; the second ends the process.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;
    private int code;

    public Interrupt(Simulation.Simulation simulation)
    {
        void On(PosixSignalContext context, int exit)
        {
            if (Interlocked.CompareExchange(ref code, exit, 0) != 0)
                return;
            context.Cancel = true;
            simulation.Stop();
        }

        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => On(context, ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => On(context, ExitCode.Terminated)),
        ];
    }

    /// <summary>The exit code of the signal that came; null if none did.</summary>
    public int? Code => code == 0 ? null : code;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
    }
}
