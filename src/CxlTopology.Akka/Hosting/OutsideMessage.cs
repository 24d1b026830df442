using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>
/// A message that somebody outside of the simulation tells a component by its <see cref="IActorRef"/>: handled as if it were
/// posted (<see cref="Simulation.Simulation.Post"/>) between two windows, at the time of the last message handled by then.
/// </summary>
/// <param name="Message">
/// The message, of a kind from <see cref="Message.FirstModelKind"/> on, without a payload; another one is unhandled.
/// </param>
/// <remarks>In the order of arrival, before anything else of that time. When that is depends on wall time: such a run is not repeatable.</remarks>
public sealed record OutsideMessage(Message Message);
