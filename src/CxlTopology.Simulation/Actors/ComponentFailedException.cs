namespace CxlTopology.Simulation;

/// <summary>The failure of an actor as an exception, for hosts that pass failures on as exceptions and have not the one that was thrown.</summary>
/// <param name="failure">The failure, perhaps of another process.</param>
public sealed class ComponentFailedException(ActorFailure failure) : Exception(failure.ToString())
{
    /// <summary>The failure.</summary>
    public ActorFailure Failure { get; } = failure;
}
