using CxlTopology.Simulation;

namespace CxlTopology.Bench.Phold;

/// <summary>PHOLD as ROSS has it: pass the message on after the lookahead and an exponential delay, a quarter of the time to a random other actor.</summary>
public sealed class PholdActor(PholdActor[] all, Connection[] connections, int self) : ComponentActor
{
    private static readonly long Mean = SimDuration.FromNanoseconds(25).Femtoseconds;
    private RandomStream random;
    private ulong checksum;

    /// <inheritdoc/>
    protected override void OnStart()
    {
        random = CreateRandomStream();
        var message = new Message { Kind = Message.FirstModelKind, Payload = -1 };
        Schedule(ref message, new SimDuration((long)(random.NextExponential() * Mean)));
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        checksum = StableHash.Chain(checksum, (ulong)message.Time ^ message.Key);
        int to = random.Chance(1, 4) ? (int)random.Next((ulong)all.Length) : self;
        var delay = new SimDuration((long)(random.NextExponential() * Mean));
        if (to == self)
            Schedule(ref message, delay + connections[0].Latency);
        else
            Send(ref message, connections[to], Now + delay);
    }

    /// <inheritdoc/>
    protected override ulong Warm() => base.Warm() + checksum;

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest) => digest.Add(checksum);
}
