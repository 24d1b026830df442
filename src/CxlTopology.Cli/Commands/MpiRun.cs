using CxlTopology.Cli.Output;
using CxlTopology.Experiments;
using CxlTopology.Mpi;
using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary><c>mpirun -n N cxltopo run FILE</c>: one partition a rank; rank 0 speaks for all.</summary>
internal static class MpiRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Who started this process as one of several ranks; null if nobody did. What all ranks find alike only rank 0 says.</summary>
    public static MpiLauncher? Started { get; } = MpiLauncher.Detect() is { Size: > 1 } launcher ? launcher : null;

    /// <summary>Runs this rank's share. Every rank prepares the same; none starts unless all could.</summary>
    public static int Run(MpiLauncher launcher, string file, ExperimentOptions options, TimeSpan? limit, bool json, string? folder, bool quiet)
    {
        if (!launcher.IsOpenMpi)
        {
            throw new UserErrorException(ExitCode.Usage,
                $"cxltopo: started as one of {launcher.Size} ranks by an MPI launcher that is not Open MPI's; use the mpirun of Debian's openmpi-bin.");
        }

        if (options.Workers != 1)
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --workers {options.Workers}: each of the {launcher.Size} ranks runs one partition with one worker. Leave it out.");
        if (file == "-")
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: standard input reaches one of the {launcher.Size} ranks only; give the topology as a file that all can read.");
        MpiPeers peers;
        try
        {
            peers = MpiPeers.Join();
        }
        catch (MpiException error)
        {
            // Perhaps on this machine only: nobody else can say it.
            Console.Error.WriteLine($"cxltopo: rank {launcher.Rank} of {launcher.Size} MPI ranks: {error.Message}");
            return ExitCode.Usage;
        }

        try
        {
            return RunJoined(peers, file, options with { Peers = peers, EngineName = "mpi" }, limit, json, folder, quiet);
        }
        catch (Exception error) when (error is not UserErrorException)
        {
            Console.Error.WriteLine($"cxltopo: rank {peers.Self} failed: {error.GetType().Name}: {error.Message}");
            if (Environment.GetEnvironmentVariable("CXLTOPO_TRACE") is not null)
                Console.Error.WriteLine(error.StackTrace);
            peers.Abort(ExitCode.Internal);
            return ExitCode.Internal;
        }
        finally
        {
            peers.Dispose();
        }
    }

    private static int RunJoined(MpiPeers peers, string file, ExperimentOptions options, TimeSpan? limit, bool json, string? folder, bool quiet)
    {
        Experiment? experiment = null;
        UserErrorException? problem = null;
        try
        {
            experiment = RunCommand.Prepare(file, options);
        }
        catch (UserErrorException error)
        {
            problem = error;
        }

        Agreement.Reach(peers, problem, "rank");
        if (peers.Self == 0)
            return RunCommand.Run(experiment!, limit, json, folder, quiet, interrupt => GiveUpAfter(peers, interrupt));
        using Experiment share = experiment!;
        using var interrupt = new Interrupt(share.Built.Simulation, quiet: true);
        GiveUpAfter(peers, interrupt);
        RunResult result = share.Run();
        return interrupt.Code ?? (result.Outcome == RunOutcome.Failed ? ExitCode.Internal : ExitCode.Done);
    }

    /// <summary>Who was told to stop, and hears nothing from a rank for a while after, does not wait for it any longer.</summary>
    private static void GiveUpAfter(MpiPeers peers, Interrupt interrupt) => peers.GiveUpWhen(() => interrupt.Since > Patience);
}
