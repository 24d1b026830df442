using Akka.Dispatch;

namespace CxlTopology.Akka;

/// <summary>Runs actors, and what they cause, on one thread: that of a simulation for what it sends, one of the pool for what comes in.</summary>
/// <remarks>
/// A batch passes about six actors of Akka.Remote on its way. A thread for each costs a wake-up each, which together is several times what the batch costs otherwise. What an
/// actor causes while it runs waits until it is done: nothing is entered twice. None of them blocks. They never run on the threads of the sockets: what is written there
/// overtakes what other threads have handed over to be written.
/// </remarks>
internal sealed class CallerDispatcher : MessageDispatcher
{
    [ThreadStatic]
    private static Queue<IRunnable>? waiting;

    [ThreadStatic]
    private static bool running;

    [ThreadStatic]
    private static bool lent;

    private readonly WaitCallback runElsewhere;

    public CallerDispatcher(MessageDispatcherConfigurator configurator)
        : base(configurator)
    {
        Id = configurator.Config.GetString("id", "");
        ShutdownTimeout = TimeSpan.FromSeconds(1);
        runElsewhere = run => RunAll((IRunnable)run!);
    }

    /// <summary>Whether the thread at hand runs what it causes.</summary>
    public static bool Lent
    {
        get => lent;
        set => lent = value;
    }

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run)
    {
        if (running)
            waiting!.Enqueue(run);
        else if (lent)
            RunAll(run);
        else
            ThreadPool.UnsafeQueueUserWorkItem(runElsewhere, run);
    }

    /// <inheritdoc/>
    protected override void Shutdown()
    {
    }

    private void RunAll(IRunnable first)
    {
        Queue<IRunnable> queue = waiting ??= new Queue<IRunnable>();
        running = true;
        try
        {
            Run(first);
            while (queue.TryDequeue(out IRunnable? next))
                Run(next);
        }
        finally
        {
            running = false;
        }
    }

    private void Run(IRunnable run)
    {
        try
        {
            run.Run();
        }
#pragma warning disable CA1031 // the next ones must run, whatever happened to this one
        catch (Exception error)
#pragma warning restore CA1031
        {
            ReportFailure(error);
        }
    }
}
