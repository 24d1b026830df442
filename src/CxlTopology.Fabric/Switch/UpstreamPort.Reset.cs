using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The resets of a switch: a conventional one goes through it, to everything below.</summary>
public sealed partial class UpstreamPort
{
    private bool ownBusReset;

    private protected override void OnLinkLost()
    {
        GoDown();
        ResetSwitch(ResetKind.Hot);
    }

    private protected override void OnLinkBack()
    {
        if (!ownBusReset)
            TellPorts(ResetControl.EndFromAbove);
    }

    /// <summary>Secondary Bus Reset of this port: the ports on the bus inside the switch, and everything below them, are reset while it is set.</summary>
    private protected override void OnResetAsked(ResetRequests asked)
    {
        if ((asked & ResetRequests.Bridge) == 0 || Function!.IsInSecondaryBusReset == ownBusReset)
            return;
        ownBusReset = !ownBusReset;
        TellPorts(ownBusReset ? (ulong)ResetKind.Hot | ResetControl.FromAbove : ResetControl.EndFromAbove);
    }

    private void OnResetControl(ulong argument)
    {
        DropLink();
        ResetSwitch((ResetKind)(argument & ResetControl.KindMask));
    }

    private void ResetSwitch(ResetKind kind)
    {
        ownBusReset = false;
        Function!.Reset(kind);
        Decoders.Reset(kind);
        TellFunction();
        TellPorts((ulong)kind | ResetControl.FromAbove);
    }

    private void TellPorts(ulong argument)
    {
        for (int i = 1; i < owner.Ports.Count; i++)
        {
            Message message = ResetControl.With(argument);
            HandOver(owner.Ports[i], ref message);
        }
    }
}
