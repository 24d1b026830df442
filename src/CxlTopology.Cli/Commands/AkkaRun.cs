#if WITH_AKKA
using CxlTopology.Akka;
using CxlTopology.Cli.Output;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo run FILE --engine akka --nodes N</c>: one partition a node; this process is node 0 and speaks for all.</summary>
internal static class AkkaRun
{
    private const int AttemptsMax = 10;
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan stopAgain = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan replacementPatience = TimeSpan.FromSeconds(10);

    /// <summary>Gathers the nodes, runs, reports.</summary>
    public static int Run(ClusterRequest request, string file, ExperimentOptions options, TimeSpan? limit, bool json, string? folder, bool quiet)
    {
        if (options.Workers != 1)
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --workers {options.Workers}: each of the {request.Nodes} nodes runs one partition with one worker. Leave it out.");
        if (file == "-")
            throw new UserErrorException(ExitCode.Usage, "cxltopo: standard input is not passed on to other nodes; give the topology as a file.");
        byte[] job = AkkaJob.Pack(file, options);
        ClusterOptions cluster = AkkaCluster.Options(request);
        using var waiting = new StopSignal();
        try
        {
            using var coordinator = ClusterCoordinator.Start(cluster);
            using var children = new AkkaChildren(request, coordinator.Address);
            if (!quiet)
                Tell(request, coordinator);
            return Run(coordinator, children, new Attempt(request, cluster, job, file, options, limit, json, folder, quiet), waiting);
        }
        catch (ClusterException problem)
        {
            throw AkkaCluster.Problem(problem);
        }
        catch (OperationCanceledException) when (waiting.Code is { } code)
        {
            Console.Error.WriteLine("cxltopo: told to stop while waiting for nodes; nothing was run.");
            return code;
        }
    }

    /// <summary>Runs on the actors of Akka.NET in this process.</summary>
    public static int RunHosted(string file, ExperimentOptions options, TimeSpan? limit, bool json, string? folder, bool quiet)
    {
        if (options.Workers != 1)
            throw new UserErrorException(ExitCode.Usage, $"cxltopo: --workers {options.Workers}: --engine akka runs one worker. Leave it out, or spread the run with --nodes.");
        using var host = new AkkaHost();
        return RunCommand.Run(RunCommand.Prepare(file, options with { Host = host }), limit, json, folder, quiet);
    }

    /// <summary>Serves runs of others.</summary>
    /// <param name="request">How it takes part.</param>
    /// <param name="once">Whether one run is enough.</param>
    /// <param name="tied">Whether the end of standard input ends it.</param>
    /// <param name="quiet">Whether it says nothing of what happens.</param>
    public static int Serve(ClusterRequest request, bool once, bool tied, bool quiet)
    {
        using var stop = new StopSignal();
        if (tied)
            new Thread(stop.WhenInputEnds) { IsBackground = true, Name = "input" }.Start();
        var node = new ClusterNode(AkkaCluster.Options(request), AkkaShare.Run, text =>
        {
            if (!quiet)
                Console.Error.WriteLine("cxltopo node: " + text);
        });
        try
        {
            node.Serve(once, stop.Token);
            return ExitCode.Done;
        }
        catch (ClusterException problem)
        {
            throw AkkaCluster.Problem(problem);
        }
    }

    private static int Run(ClusterCoordinator coordinator, AkkaChildren children, Attempt attempt, StopSignal waiting)
    {
        ClusterRequest request = attempt.Request;
        for (int number = 1; ; number++)
        {
            bool again = number > 1;
            children.Fill(request.Nodes - 1);
            using ClusterPeersOwner run = new(coordinator, coordinator.Gather(
                attempt.Job, request.Nodes - 1, again ? 0 : request.Nodes - 1, again ? request.JoinTimeout ?? replacementPatience : attempt.Cluster.JoinTimeout, waiting.Token));
            run.Peers?.GiveUpWhen(() => waiting.Since > patience);
            Experiment experiment = Prepare(attempt, run.Peers);
            using Experiment prepared = experiment;
            int? interrupted;
            // A signal may have come before the simulation could be told to stop.
            using (new Timer(_ => StopIf(waiting, experiment), null, stopAgain, stopAgain))
                interrupted = RunCommand.Execute(experiment, attempt.Limit, attempt.Quiet, started: null) ?? waiting.Code;
            IReadOnlyList<NodeEnd> ends = run.Finish();
            bool lost = run.Peers?.LostNode is not null && experiment.Result!.Broken is not null;
            if (lost && request.Restart && interrupted is null && number < AttemptsMax)
            {
                Console.Error.WriteLine($"cxltopo: {experiment.Result!.Broken} Starting again from the seed (--on-node-loss restart).");
                continue;
            }

            int code = RunCommand.Report(experiment, attempt.Json, attempt.Folder, interrupted);
            NodeEnd? left = interrupted is null ? ends.FirstOrDefault(e => e.Result is { Code: ExitCode.Interrupted or ExitCode.Terminated }) : null;
            if (left is null || experiment.Result!.Outcome != RunOutcome.Stopped)
                return code;
            Console.Error.WriteLine($"cxltopo: node {left.Number} ({left.Address}) was told to stop, and the run with it.");
            return ExitCode.Internal;
        }
    }

    private static void StopIf(StopSignal signal, Experiment experiment)
    {
        if (signal.Code is not null)
            experiment.Built.Simulation.Stop();
    }

    private static Experiment Prepare(Attempt attempt, ClusterPeers? peers)
    {
        if (peers is null)
        {
            Console.Error.WriteLine("cxltopo: no other node is left; running all here.");
            return RunCommand.Prepare(attempt.File, attempt.Options with { EngineName = "akka" });
        }

        Experiment? experiment = null;
        UserErrorException? problem = null;
        try
        {
            experiment = RunCommand.Prepare(attempt.File, attempt.Options with { Peers = peers, EngineName = "akka" });
            peers.Describe(node => ShareDescription.Of(experiment.Built.Simulation, node));
        }
        catch (UserErrorException error)
        {
            problem = error;
        }

        try
        {
            Agreement.Reach(peers, problem, "node");
        }
        catch (PeerLostException) when (experiment is not null)
        {
            // The run finds out at once, and reports it with what there is.
        }

        return experiment!;
    }

    private static void Tell(ClusterRequest request, ClusterCoordinator coordinator)
    {
        int others = request.Nodes - 1;
        if (request.Spawn)
            return;
        string more = string.Concat(
            request.SecretFile is null ? "" : " --secret-file FILE", request.Certificate is null ? "" : " --certificate PFX --listen HOST:PORT");
        string text = request.Seeds.Length > 0 || request.Discovery is not null
            ? $"cxltopo: listening on {coordinator.Address}; looking for {others} other {(others == 1 ? "node" : "nodes")} in the cluster."
            : $"cxltopo: waiting for {others} other {(others == 1 ? "node" : "nodes")}. Start each with:{Environment.NewLine}  cxltopo node --once --seed-node {coordinator.Address}{more}";
        Console.Error.WriteLine(text);
    }

    private sealed record Attempt(
        ClusterRequest Request, ClusterOptions Cluster, byte[] Job, string File, ExperimentOptions Options, TimeSpan? Limit, bool Json, string? Folder, bool Quiet);

    /// <summary>The nodes of one attempt; they are set free whatever happens.</summary>
    private sealed class ClusterPeersOwner(ClusterCoordinator coordinator, ClusterPeers? peers) : IDisposable
    {
        private bool finished;

        public ClusterPeers? Peers { get; } = peers;

        public IReadOnlyList<NodeEnd> Finish()
        {
            finished = true;
            return coordinator.Finish();
        }

        public void Dispose()
        {
            if (finished)
                return;
            Peers?.Abandon("the coordinator could not go on");
            Finish();
        }
    }
}
#endif
