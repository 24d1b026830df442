namespace CxlTopology.Specification;

/// <summary>What a request does in one combination of states: the messages in their order, and the states afterwards.</summary>
/// <param name="Who">Who asks: <c>device</c> or <c>host</c>.</param>
/// <param name="Request">What is asked for.</param>
/// <param name="Device">The line in the asking device's cache; or in the device's whose memory it is.</param>
/// <param name="Host">The line in the host's cache.</param>
/// <param name="Peer">The line in the cache of another device.</param>
/// <param name="Messages">The messages: from whom, to whom, channel, name.</param>
/// <param name="DeviceAfter">The device's state afterwards.</param>
/// <param name="HostAfter">The host's state afterwards.</param>
/// <param name="PeerAfter">The other device's state afterwards.</param>
/// <param name="WritesMemory">Whether the line's home memory is written.</param>
public sealed record ProtocolTransition(
    string Who,
    string Request,
    LineState Device,
    LineState Host,
    LineState Peer,
    IReadOnlyList<string> Messages,
    LineState DeviceAfter,
    LineState HostAfter,
    LineState PeerAfter,
    bool WritesMemory);
