namespace CxlTopology.Simulation;

/// <summary>A bound of the simulation was reached; the message names it and how to raise it.</summary>
public sealed class SimulationLimitException(string message) : Exception(message);
