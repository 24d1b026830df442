#if WITH_AKKA
using CxlTopology.Akka;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary>A node's share of a run that another process started.</summary>
internal static class AkkaShare
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <summary>Unpacks the job, and runs this node's share of it. Every node prepares the same; none starts unless all could.</summary>
    public static ShareResult Run(ClusterShare share)
    {
        using AkkaJob job = AkkaJob.Unpack(share.Job.Span);
        Experiment? experiment = null;
        UserErrorException? problem = null;
        try
        {
            experiment = Experiment.Prepare(job.Model, job.Options with { Peers = share.Peers });
        }
        catch (Exception error) when (error is TraceException or WiringException)
        {
            problem = new UserErrorException(ExitCode.BadFile, error.Message);
        }

        using Experiment? prepared = experiment;
        try
        {
            Agreement.Reach(share.Peers, problem, "node");
        }
        catch (UserErrorException error)
        {
            return new ShareResult(error.ExitCode, error.Message);
        }
        catch (PeerLostException lost)
        {
            return new ShareResult(ExitCode.Internal, lost.Message);
        }

        long stoppedAt = long.MaxValue;
        using CancellationTokenRegistration stop = share.Stopping.Register(() =>
        {
            Volatile.Write(ref stoppedAt, Environment.TickCount64);
            experiment!.Built.Simulation.Stop();
        });
        share.Peers.GiveUpWhen(() => Environment.TickCount64 - Volatile.Read(ref stoppedAt) > patience.TotalMilliseconds);
        RunResult result = experiment!.Run();
        return share.Stopping.IsCancellationRequested ? new ShareResult(ExitCode.Terminated, "told to stop")
            : result.Outcome == RunOutcome.Failed ? new ShareResult(ExitCode.Internal, result.Broken ?? "a component failed")
            : new ShareResult(ExitCode.Done, "");
    }
}
#endif
