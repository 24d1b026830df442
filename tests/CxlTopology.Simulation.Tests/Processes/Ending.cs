namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>How a process ended: with a value, or with an exception.</summary>
internal readonly record struct Ending<T>(T? Value, Exception? Exception);
