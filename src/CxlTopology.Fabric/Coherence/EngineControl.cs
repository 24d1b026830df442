using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Engines of accelerators from outside the fabric: for experiments, tests, platforms.</summary>
public static class EngineControl
{
    /// <summary>The message that has the engines of a device go on that a reset has stopped, when it is posted to the device. A device that is in a reset, or whose link is down, and engines that run, do not heed it.</summary>
    public static Message Start() => new() { Kind = (byte)MessageKind.HostReady, Payload = -1 };
}
