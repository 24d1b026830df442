namespace CxlTopology.Simulation;

/// <summary>Something that can never be true was: a fault of the program, not of the simulated hardware. It ends the run.</summary>
public sealed class InvariantException(string message) : Exception(message);
