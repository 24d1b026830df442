namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Process 0 of two, whose other side says what a test has written down: batches for the windows, one after the other, and then nothing more.</summary>
internal sealed class ScriptedPeers(params byte[][] windows) : IPeers
{
    private const byte Hello = 2;
    private int given;
    private bool collected;

    /// <summary>What it tells about its actors at the end.</summary>
    public byte[] State { get; init; } = BatchForm.EmptyState();

    public int Self => 0;

    public int Count => 2;

    public void Exchange(WireBuffer[] outgoing, WireBuffer[] incoming)
    {
        byte[] mine = outgoing[1].Written.ToArray();
        byte[] theirs;
        if (collected)
            theirs = []; // process 0 tells the result
        else if (mine.Length == 0)
            theirs = State;
        else if (mine[1] == Hello)
            theirs = mine; // it runs the same
        else
            theirs = given < windows.Length ? windows[given++] : BatchForm.Window();
        collected = mine.Length == 0;
        theirs.CopyTo(incoming[1].Refill(theirs.Length));
    }
}
