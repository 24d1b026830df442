using Akka.Actor;

namespace CxlTopology.Bench.Akka;

/// <summary>A request of <see cref="PlainModel"/>, used again when it is back: nothing is allocated for a hop.</summary>
internal sealed class PlainRequest
{
    public required int Host { get; init; }

    public ulong Draw { get; set; }

    public IActorRef[] Way { get; set; } = [];

    public int Hop { get; set; }
}
