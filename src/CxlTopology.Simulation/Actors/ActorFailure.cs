using System.Globalization;

namespace CxlTopology.Simulation;

/// <summary>An exception that left an actor's handler: who, on which message, when.</summary>
public sealed record ActorFailure(int ActorId, string Path, byte MessageKind, int MessageSource, SimTime Time, Exception Exception)
{
    /// <summary>What became of it: the directive of the supervisor that decided, or null while undecided.</summary>
    public SupervisionDirective? Directive { get; internal set; }

    /// <summary>One line: actor, time, message, exception.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Path} failed at {Time} on a message of kind {MessageKind} from actor {MessageSource}: "
        + $"{Exception.GetType().Name}: {Exception.Message}");
}
