using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>A component, or a child of one, that was stopped and whose Akka actor is gone: what death watch told the root of the tree.</summary>
/// <param name="Path">The path of the actor, as the simulation has it.</param>
/// <param name="Time">The simulated time at which it went.</param>
public sealed record ComponentRemoval(string Path, SimTime Time);
