namespace CxlTopology.Simulation;

/// <summary>Actors were put together in a way that cannot run: a connection too short, a name twice, a change after the start.</summary>
public sealed class WiringException(string message) : Exception(message);
