using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A downstream port of a switch: it sends down what the upstream port's decoders chose it for, and passes up what comes back.</summary>
public sealed class DownstreamPort : LinkedActor
{
    private readonly Switch owner;

    internal DownstreamPort(Switch owner, byte number, FabricOptions options)
        : base(options)
    {
        this.owner = owner;
        Number = number;
    }

    /// <summary>The port number that target lists name (Link Capabilities 31:24).</summary>
    public byte Number { get; }

    /// <inheritdoc/>
    internal override FabricActor RouteTables => owner.Upstream;

    private protected override PciFunction MakeFunction() => PciFunction.Port(ComponentRole.DownstreamPort, Number, Link, siblings: owner.Ports.Count - 1, owner.PathOptions);

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.IoRequest)
        {
            OnRegisterAccess(ref message);
        }
        else if (MessageKinds.IsDownstream(message.Kind))
        {
            message.Time += owner.Crossbar.Femtoseconds;
            Transmit(ref message);
        }
        else if (MessageKinds.IsUpstream(message.Kind))
        {
            TakeCredits(ref message);
            if (message.Kind == (byte)MessageKind.ErrorMessage && !Function!.PassesError((RasSignal)message.Status))
                return;
            if (Has(message, AccessFlags.Poison) && MessageKinds.ClassOf(message.Kind) < MessageKinds.CreditedClasses)
                NotePoison(message);
            if (!PassesUp(ref message, RouteTables))
                return;

            message.Time += owner.Crossbar.Femtoseconds;
            HandOver(owner.Upstream, ref message);
        }
        else if (message.Kind == (byte)MessageKind.ResetControl)
        {
            OnResetControl(message.Argument);
        }
        else if (!HandleLinkMessage(ref message))
        {
            throw Unexpected(message);
        }
    }

    /// <summary>A reset of the port: until the port above it says that it is over, if it comes from there.</summary>
    private void OnResetControl(ulong argument)
    {
        if ((argument & ResetControl.EndFromAbove) == 0)
        {
            if ((argument & ResetControl.FromAbove) != 0)
                LoseWaiting();
            ResetPort((ResetKind)(argument & ResetControl.KindMask));
        }

        if ((argument & ResetControl.FromAbove) == 0)
            Release(LinkHold.Above);
    }

    private void OnRegisterAccess(ref Message message)
    {
        if (IsHere(ref message))
        {
            if (Serve(ref message, Function!))
                HandOver(owner.Upstream, ref message);
            return;
        }

        message.Time += owner.Crossbar.Femtoseconds;
        Transmit(ref message);
    }

    /// <summary>The component below has failed: it is stopped, and the link is down. What was in it is lost, and its requester times out.</summary>
    protected override SupervisionDirective OnChildFailed(ActorFailure failure)
    {
        NoteFailureBelow();
        return SupervisionDirective.Stop;
    }

    /// <inheritdoc/>
    private protected override bool ReachesHost => owner.Upstream.IsUp;

    /// <inheritdoc/>
    private protected override void SendUp(ref Message message) => HandOver(owner.Upstream, ref message);

    /// <inheritdoc/>
    protected override LinkedActor? PortAt(int index) => owner.PortAt(index);

    /// <inheritdoc/>
    protected override void OnCannotSend(ref Message message, AccessStatus status)
    {
        if (MessageKinds.IsDmaAnswer(message.Kind))
        {
            Lose(ref message); // who asked is cut off, and times out
            return;
        }

        if (Has(message, AccessFlags.Traced))
            Explain(Path, null, status == AccessStatus.NoDevice ? "nothing is attached to the port" : "the link is down", null);
        message.Status = (byte)status;
        HandOver(owner.Upstream, ref message);
    }
}
