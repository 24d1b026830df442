using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What a dead letter of a simulation says: the message that nobody handles, without its payload.</summary>
/// <param name="Message">The message as it was.</param>
/// <param name="To">The path of the actor that it went to.</param>
public sealed record UndeliveredMessage(Message Message, string To)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"message of kind {Message.Kind} from actor {Message.Source} to {To} at {new SimTime(Message.Time)}");
}
