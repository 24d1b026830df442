namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// An actor whose state depends on everything it handled and on the order, and whose doings depend on its state: one swap changes the
/// whole run.
/// </summary>
internal abstract class ToyActor : ComponentActor
{
    private ulong history;
    private long handled;

    /// <summary>What everything handled so far has come to.</summary>
    protected ulong History => history;

    /// <summary>Adds to the history something that a message brought or a call gave.</summary>
    protected void Note(ulong value) => history = StableHash.Chain(history, value);

    protected sealed override void Receive(ref Message message)
    {
        handled++;
        Note((ulong)message.Time);
        Note(message.Key);
        Note(message.Tag | ((ulong)message.Port << 32) | ((ulong)message.Kind << 48));
        Handle(ref message);
    }

    protected abstract void Handle(ref Message message);

    protected override void AppendState(ref RunDigest digest)
    {
        digest.Add(history);
        digest.Add(handled);
    }
}
