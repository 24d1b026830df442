namespace CxlTopology.Fabric;

/// <summary>An agent of an accelerator that a reset of the device stops.</summary>
/// <remarks>
/// It is sent <see cref="Specification.MessageKind.EngineStopped"/>: what it waits for is given up, and it asks for nothing more until it is sent <see cref="Specification.MessageKind.Booted"/> again. Answers to
/// what it has given up may still come.
/// </remarks>
public interface IStoppableEngine;
