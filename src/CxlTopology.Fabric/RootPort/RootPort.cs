using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A root port of a host bridge: it sends down what the bridge's decoders chose it for, and passes up what comes back.</summary>
public sealed partial class RootPort(byte number, FabricOptions options) : LinkedActor(options)
{
    /// <summary>The port number that target lists name (Link Capabilities 31:24).</summary>
    public byte Number => number;

    /// <inheritdoc/>
    internal override FabricActor? RouteTables => Parent as FabricActor;

    private protected override PciFunction MakeFunction() => PciFunction.Port(ComponentRole.RootPort, number, Link, siblings: (Parent as HostBridge)?.FunctionCount ?? 1, (Parent as HostBridge)?.PathOptions ?? new CoherencePathOptions());

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.IoRequest)
        {
            OnRegisterAccess(ref message);
        }
        else if (MessageKinds.IsDownstream(message.Kind))
        {
            if (guarded && IsMemory(message) && Intercept(ref message))
                return;
            Transmit(ref message);
        }
        else if (MessageKinds.IsUpstream(message.Kind))
        {
            TakeCredits(ref message);
            int trafficClass = MessageKinds.ClassOf(message.Kind);
            int lines = message.Length;
            bool passes = PassesUp(ref message, RouteTables);
            if (passes && (trafficClass < MessageKinds.CreditedClasses ? IsForHost(message) : trafficClass < MessageKinds.UncreditedClass || IsForHostIo(ref message)))
                HandOver(Parent!, ref message);
            GiveBack(trafficClass, lines); // the host takes every response at once
        }
        else if (message.Kind == (byte)MessageKind.TransactionTimer)
        {
            OnTransactionTimer(message.Argument);
        }
        else if (message.Kind == (byte)MessageKind.ResetControl)
        {
            ResetPort((ResetKind)(message.Argument & ResetControl.KindMask));
            RefreshGuard();
            Release(LinkHold.Above);
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

        if (IsUp)
            Watch(message);
        Transmit(ref message);
    }

    /// <summary>Whether timeout and isolation are about a message: those of CXL.mem that are answered one by one.</summary>
    private static bool IsMemory(in Message message) =>
        MessageKinds.ClassOf(message.Kind) < MessageKinds.CreditedClasses && !(message.Kind == (byte)MessageKind.M2SReq && (CoherenceFields.IsForward(message) || CoherenceFields.IsHint(message)));

    private bool IsForHost(in Message message)
    {
        if (Has(message, AccessFlags.Poison))
            NotePoison(message);
        return !guarded || memoryAccesses is null || memoryAccesses.Answered(message);
    }

    /// <summary>CXL.io from below: completions and interrupts go to the host, errors end here.</summary>
    private bool IsForHostIo(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.IoCompletion)
            return IsExpected(message);
        if (message.Kind != (byte)MessageKind.ErrorMessage)
            return true;
        Function!.PassesError((RasSignal)message.Status);
        SendError(ref message);
        SendOutgoing();
        return false;
    }

    /// <inheritdoc/>
    private protected override void SendUp(ref Message message) => HandOver(Parent!, ref message);

    /// <inheritdoc/>
    private protected override void SendError(ref Message message) => Function!.ReceiveError((RasSignal)message.Status, (ushort)message.Argument);

    /// <summary>The component below has failed: it is stopped, and the link is down. What was in it is lost, and its requester times out.</summary>
    protected override SupervisionDirective OnChildFailed(ActorFailure failure)
    {
        NoteFailureBelow();
        return SupervisionDirective.Stop;
    }

    /// <inheritdoc/>
    protected override LinkedActor? PortAt(int index) => null;

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
        if (guarded && IsMemory(message))
        {
            memoryAccesses?.Answered(message);
            if (IsIsolated)
            {
                Leave(ref message);
                CompleteFor(ref message, AccessStatus.Isolated);
                return;
            }
        }

        message.Status = (byte)status;
        HandOver(Parent!, ref message);
    }
}
