using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CxlTopology.Cli.Commands;

/// <summary>Turns the first SIGINT or SIGTERM into a cancellation, for what may wait without running a simulation; a second one later ends the process.</summary>
internal sealed class StopSignal : IDisposable
{
    private static readonly TimeSpan again = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource source = new();
    private readonly Stopwatch since = new();
    private readonly PosixSignalRegistration[] registrations;
    private int code;

    public StopSignal()
    {
        void On(PosixSignalContext context, int exit)
        {
            if (code == 0 || Since < again) // a group signal may come twice at once
                context.Cancel = true;
            Stop(exit);
        }

        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => On(context, ExitCode.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => On(context, ExitCode.Terminated)),
        ];
    }

    /// <summary>Set by the signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code of the signal that came; null if none did.</summary>
    public int? Code => code == 0 ? null : code;

    /// <summary>How long ago it came; zero if none did.</summary>
    public TimeSpan Since => since.Elapsed;

    /// <summary>Reads standard input to its end, and stops then.</summary>
    public void WhenInputEnds()
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
        }

        Stop(ExitCode.Terminated);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Stop(int exit)
    {
        if (Interlocked.CompareExchange(ref code, exit, 0) != 0)
            return;
        since.Start();
        source.Cancel();
    }
}
