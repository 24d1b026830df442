namespace CxlTopology.Simulation;

/// <summary>Bytes from another process that are not what this version of the simulator writes.</summary>
public sealed class WireException(string message) : Exception(message);
