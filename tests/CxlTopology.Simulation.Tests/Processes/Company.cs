namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Runs the same code as several processes, each on a thread of its own.</summary>
internal static class Company
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>What each process came to; an exception of any of them is thrown.</summary>
    public static T[] Run<T>(int count, Func<ThreadPeers, T> process, Tamper? tamper = null)
    {
        Ending<T>[] endings = Try(count, process, tamper);
        foreach (Ending<T> ending in endings)
        {
            if (ending.Exception is { } exception)
                throw new InvalidOperationException($"A process met {exception.GetType().Name}: {exception.Message}", exception);
        }

        return [.. endings.Select(e => e.Value!)];
    }

    /// <summary>What each process came to, or its exception: a process that throws is gone for the others, as one that crashes.</summary>
    public static Ending<T>[] Try<T>(int count, Func<ThreadPeers, T> process, Tamper? tamper = null)
    {
        ThreadPeers[] peers = ThreadPeers.Join(count, tamper);
        var endings = new Ending<T>[count];
        var threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            int self = i;
            threads[i] = new Thread(() =>
            {
                try
                {
                    endings[self] = new Ending<T>(process(peers[self]), null);
                }
#pragma warning disable CA1031 // the test judges it
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    endings[self] = new Ending<T>(default, exception);
                    peers[self].Lose();
                }
            })
            { IsBackground = true, Name = "process " + i };
            threads[i].Start();
        }

        foreach (Thread thread in threads)
            Assert.True(thread.Join(Patience), $"{thread.Name} did not end within {Patience.TotalSeconds} s");
        return endings;
    }
}
