using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What the guardian hears of a failure that ends the run.</summary>
internal sealed class RunFailedException(ActorFailure failure, Exception cause) : Exception("The run fails: " + failure, cause);
