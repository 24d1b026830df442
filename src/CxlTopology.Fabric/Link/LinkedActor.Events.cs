using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What the function of a port tells the host: interrupts and errors, sent up; and the errors that the port itself notices.</summary>
public abstract partial class LinkedActor
{
    /// <summary>Sends a message of the function towards the host. A bare port has no function, and nothing to send.</summary>
    private protected virtual void SendUp(ref Message message)
    {
    }

    /// <summary>Whether anything that this port says can get to the host.</summary>
    private protected virtual bool ReachesHost => true;

    /// <summary>Tells the host that something was lost below that somebody may wait for.</summary>
    private protected void TellLoss()
    {
        if (!ReachesHost)
            return;
        var lost = new Message { Kind = (byte)MessageKind.DeviceLost, Time = Now.Femtoseconds, Port = NoPort, Length = 1, Payload = -1 };
        SendUp(ref lost);
    }

    /// <summary>An error of the function itself: it goes up to the root port.</summary>
    private protected virtual void SendError(ref Message message) => SendUp(ref message);

    /// <summary>Sends what the function has to tell; to be called after anything that may have made it.</summary>
    private protected void SendOutgoing()
    {
        if (function is { HasOutgoing: true })
            SendOutgoing(function);
    }

    /// <summary>The same, for a function of this component.</summary>
    private protected void SendOutgoing(PciFunction of)
    {
        while (of.HasOutgoing)
        {
            Message message = of.TakeOutgoing();
            message.Time = Now.Femtoseconds;
            message.Port = NoPort;
            if (message.Kind == (byte)MessageKind.ErrorMessage)
                SendError(ref message);
            else
                SendUp(ref message);
        }
    }

    /// <inheritdoc/>
    private protected override void OnServed() => SendOutgoing();

    /// <summary>Data that arrived is poisoned.</summary>
    private protected void NotePoison(in Message message)
    {
        Function?.LogPoison(Header(message));
        SendOutgoing();
    }

    /// <summary>What the header log shows of a message: kind and length, the address, the tag.</summary>
    private protected static uint[] Header(in Message message) =>
        [message.Kind | (uint)message.Length << 8, (uint)message.Address, (uint)(message.Address >> 32), message.Tag];

    /// <summary>The component below failed: its link went down unasked, and nothing can be said of what is behind it.</summary>
    private protected void NoteFailureBelow()
    {
        Function?.Log(RasUncorrectable.Internal, []);
        TakeDown();
    }

    private void NoteLinkChange(bool isSurprise)
    {
        if (isLower || function is null && !isSurprise)
            return;
        if (isSurprise)
            Function?.LogSurpriseDown();
        Function?.NoteLinkChange();
        SendOutgoing();
    }
}
