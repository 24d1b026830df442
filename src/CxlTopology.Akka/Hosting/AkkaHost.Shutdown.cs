using Akka.Actor;
using Akka.Event;

namespace CxlTopology.Akka;

/// <summary>The end of a host.</summary>
public sealed partial class AkkaHost
{
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Ends the actor system. What is pending or waits at an actor becomes dead letters, and so does what outsiders told and nobody took in.
    /// </summary>
    /// <exception cref="InvalidOperationException">The simulation is running.</exception>
    public void Dispose()
    {
        if (closed)
            return;
        dispatcher.Enter();
        try
        {
            if (DeadLetters + Unhandled > 0)
                System.Log.Warning("{0} messages were dead letters, {1} were told to who does not handle their like.", DeadLetters, Unhandled);
            if (tree is not null)
            {
                simulation!.Abandon(this);
                while (outside.TryTake(out (ActorCell Cell, Envelope? Envelope) first))
                {
                    if (first.Envelope is { } late)
                        System.EventStream.Publish(new DeadLetter(late.Message, late.Sender ?? System.DeadLetters, first.Cell.Self));
                }
            }

            closing = true;
            FlushLog();
            Task end = System.Terminate();
            root?.Stop();
            if (!dispatcher.RunUntil(() => end.IsCompleted, options.Patience))
                (options.Log ?? Console.Error).WriteLine($"akka: warning: the actor system did not end within {options.Patience}.");
        }
        finally
        {
            closed = true;
            dispatcher.Leave();
        }
    }

    private void FlushLog()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        System.EventStream.Publish(new LogFlush(written));
        dispatcher.RunUntil(() => written.Task.IsCompleted, LogPatience);
    }
}
