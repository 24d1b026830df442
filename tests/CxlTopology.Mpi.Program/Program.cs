using CxlTopology.Mpi;
using CxlTopology.Mpi.Program;

// mpirun gives its ranks a terminal; .NET would greet it with control characters.
Environment.SetEnvironmentVariable("TERM", "dumb");
if (MpiLauncher.Detect() is null)
    return Modes.Run(args, null);
MpiPeers peers = MpiPeers.Join();
try
{
    return Modes.Run(args, peers);
}
#pragma warning disable CA1031 // as in the command: a rank that cannot go on ends all
catch (Exception exception)
#pragma warning restore CA1031
{
    Console.Error.WriteLine($"rank {peers.Self} failed: {exception.GetType().Name}: {exception.Message}");
    peers.Abort(70);
    return 70;
}
finally
{
    peers.Dispose();
}
