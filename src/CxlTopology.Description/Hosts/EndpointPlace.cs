namespace CxlTopology.Description;

/// <summary>Where an endpoint hangs: the ports from the root port down to the one that carries it.</summary>
/// <param name="Host">The host at the top.</param>
/// <param name="Bridge">The host bridge.</param>
/// <param name="Ports">Root port first, then one downstream port a switch level; the last carries the endpoint.</param>
public sealed record EndpointPlace(HostModel Host, BridgeModel Bridge, IReadOnlyList<PortModel> Ports)
{
    /// <summary>The root port.</summary>
    public PortModel RootPort => Ports[0];

    /// <summary>Switches between the root port and the endpoint.</summary>
    public int SwitchLevels => Ports.Count - 1;
}
