using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A root port of a host bridge: it sends down what the bridge's decoders chose it for, and passes up what comes back.</summary>
public sealed class RootPort(byte number, FabricOptions options) : LinkedActor(options)
{
    /// <summary>The port number that target lists name (Link Capabilities 31:24).</summary>
    public byte Number => number;

    private protected override PciFunction MakeFunction() => PciFunction.Port(ComponentRole.RootPort, number, Link, siblings: (Parent as HostBridge)?.Ports.Count ?? 1);

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.IoRequest)
        {
            OnRegisterAccess(ref message);
        }
        else if (MessageKinds.IsDownstream(message.Kind))
        {
            Transmit(ref message);
        }
        else if (MessageKinds.IsUpstream(message.Kind))
        {
            TakeCredits(ref message);
            int trafficClass = MessageKinds.ClassOf(message.Kind);
            int lines = message.Length;
            if (Parent is not HostBridge bridge || LearnRoute(message, bridge.Routes))
                HandOver(Parent!, ref message);
            else
                SendBack(ref message);
            GiveBack(trafficClass, lines); // the host takes every response at once
        }
        else if (!HandleLinkMessage(ref message))
        {
            throw Unexpected(message);
        }
    }

    private void OnRegisterAccess(ref Message message)
    {
        if (IsHere(ref message))
        {
            if (Serve(ref message, Function!))
                HandOver(Parent!, ref message);
            return;
        }

        Transmit(ref message);
    }

    /// <summary>The component below has failed: it is stopped, and the link is down. What was in it is lost, and its requester times out.</summary>
    protected override SupervisionDirective OnChildFailed(ActorFailure failure)
    {
        TakeDown();
        return SupervisionDirective.Stop;
    }

    /// <inheritdoc/>
    protected override LinkedActor? PortAt(int index) => null;

    /// <inheritdoc/>
    protected override void OnCannotSend(ref Message message, AccessStatus status)
    {
        if (Has(message, AccessFlags.Traced))
            Explain(Path, null, status == AccessStatus.NoDevice ? "nothing is attached to the port" : "the link is down", null);
        message.Status = (byte)status;
        HandOver(Parent!, ref message);
    }
}
