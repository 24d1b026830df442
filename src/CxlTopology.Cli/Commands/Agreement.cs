using CxlTopology.Simulation;

namespace CxlTopology.Cli.Commands;

/// <summary>Makes sure that all processes of a run could prepare it, before any waits for the others.</summary>
internal static class Agreement
{
    /// <summary>Tells the others of a problem, or hears of theirs.</summary>
    /// <param name="peers">The other processes.</param>
    /// <param name="problem">This process's; null if it has none.</param>
    /// <param name="word">What a process is called: rank, node.</param>
    /// <exception cref="UserErrorException">A process has a problem: this one's own, or that of the first other one.</exception>
    public static void Reach(IPeers peers, UserErrorException? problem, string word)
    {
        WireBuffer[] mine = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        WireBuffer[] theirs = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        foreach (WireBuffer buffer in mine)
        {
            buffer.WriteInt32(problem?.ExitCode ?? ExitCode.Done);
            buffer.WriteText(problem?.Message ?? "");
        }

        peers.Exchange(mine, theirs);
        if (problem is not null)
            throw problem;
        for (int peer = 0; peer < peers.Count; peer++)
        {
            if (peer == peers.Self)
                continue;
            var reader = new WireReader(theirs[peer].Written);
            int code = reader.ReadInt32();
            if (code != ExitCode.Done)
                throw new UserErrorException(code, $"On {word} {peer}: {reader.ReadText()}");
        }
    }
}
