using System.Globalization;

namespace CxlTopology.Simulation;

/// <summary>An exception that left an actor's handler: who, on which message, when.</summary>
/// <remarks>It holds the exception's description and not the exception: its parent may live in another process, and must decide alike.</remarks>
/// <param name="ActorId">The actor.</param>
/// <param name="Path">Its path.</param>
/// <param name="MessageKind">The kind of the message it was handling.</param>
/// <param name="MessageSource">The id of the message's sender.</param>
/// <param name="Time">When.</param>
/// <param name="ExceptionType">The full name of the exception's type.</param>
/// <param name="Reason">The exception's message.</param>
/// <param name="Trace">Where in the program it was thrown; empty where that is not known.</param>
public sealed record ActorFailure(
    int ActorId, string Path, byte MessageKind, int MessageSource, SimTime Time, string ExceptionType, string Reason, string Trace)
{
    /// <summary>What became of it: the directive of the supervisor that decided, or null while undecided.</summary>
    public SupervisionDirective? Directive { get; internal set; }

    /// <summary>Whether an exception is of a type. A derived type is another.</summary>
    public bool Is<TException>()
        where TException : Exception => ExceptionType == typeof(TException).FullName;

    /// <summary>One line: actor, time, message, exception.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Path} failed at {Time} on a message of kind {MessageKind} from actor {MessageSource}: "
        + $"{ExceptionType[(ExceptionType.LastIndexOf('.') + 1)..]}: {Reason}");
}
