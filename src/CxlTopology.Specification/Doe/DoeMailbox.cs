namespace CxlTopology.Specification;

/// <summary>A data object exchange mailbox: what its registers do when software reads and writes them.</summary>
/// <remarks>
/// <para>
/// Software writes a request dword by dword and sets GO; the mailbox is <see cref="Pending"/> and its status Busy until its owner calls
/// <see cref="Complete()"/>, when as much time has passed as the owner thinks right. Then the response is there, to be read dword by
/// dword, and Ready falls with the last. A request whose length is not the one in its header, of a protocol nobody has, or that its
/// protocol discards, leads to nothing: no response and no error.
/// </para>
/// <para>
/// Misuse sets Error and drops request and response: a dword written while Busy or beyond the longest request, GO while Busy or
/// before the last response was read, a step past the end of the response, a response longer than an object. In error nothing but an abort
/// does anything. No sequence of register accesses throws.
/// </para>
/// </remarks>
public sealed class DoeMailbox
{
    /// <summary>The longest request unless another is asked for: 1024 dwords.</summary>
    public const int DefaultRequestDwordsMax = 1024;

    /// <summary>The most protocols besides discovery, whose indexes have 8 bits: 255.</summary>
    public const int ProtocolsMax = 255;

    private readonly DoeProtocol[] protocols;
    private readonly uint capability;
    private readonly List<uint> request = [];
    private readonly int requestDwordsMax;
    private uint[] response = [];
    private int position;
    private bool interruptEnabled;
    private bool interruptStatus;
    private bool interruptDue;
    private bool error;

    /// <summary>An idle mailbox with these protocols and discovery, which is always there and always the first.</summary>
    /// <param name="protocols">In the order discovery lists them; up to <see cref="ProtocolsMax"/>, each vendor and type once.</param>
    /// <param name="interruptMessageNumber">The vector it interrupts with, 0 to 2047; null, the default, if it cannot.</param>
    /// <param name="requestDwordsMax">Dwords of the longest request, 3 to 2^18. 1024 by default.</param>
    /// <exception cref="ArgumentException">There are too many protocols, or two alike.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public DoeMailbox(
        IReadOnlyList<DoeProtocol> protocols, int? interruptMessageNumber = null, int requestDwordsMax = DefaultRequestDwordsMax)
    {
        if (protocols.Count > ProtocolsMax)
            throw new ArgumentException($"A mailbox has at most {ProtocolsMax} protocols, not {protocols.Count}.", nameof(protocols));
        if (interruptMessageNumber is < 0 or > 2047)
        {
            throw new ArgumentOutOfRangeException(
                nameof(interruptMessageNumber), interruptMessageNumber, "Interrupt message numbers are 0 to 2047.");
        }

        if (requestDwordsMax is < 3 or > DoeObject.DwordsMax)
        {
            throw new ArgumentOutOfRangeException(
                nameof(requestDwordsMax), requestDwordsMax, $"The longest request has 3 to {DoeObject.DwordsMax} dwords.");
        }

        this.protocols = [new DoeDiscovery(protocols), .. protocols];
        for (int i = 0; i < this.protocols.Length; i++)
        {
            if (FindProtocol(this.protocols[i].Vendor, this.protocols[i].Type) != this.protocols[i])
            {
                throw new ArgumentException(
                    $"Two protocols have vendor 0x{this.protocols[i].Vendor:x4} and type {this.protocols[i].Type}.", nameof(protocols));
            }
        }

        this.requestDwordsMax = requestDwordsMax;
        if (interruptMessageNumber is { } number)
            capability = DoeCapabilityRegisters.InterruptMessage.Insert(DoeCapabilityRegisters.InterruptSupport.Mask, (ushort)number);
    }

    /// <summary>
    /// Whether reading the read mailbox while no response is ready is an underflow and sets Error. True by default; false where it just
    /// reads 0, as in QEMU.
    /// </summary>
    public bool ErrorOnEmptyRead { get; init; } = true;

    /// <summary>Whether a request was handed over and waits for <see cref="Complete()"/>.</summary>
    public bool Pending { get; private set; }

    /// <summary>The number of the request handed over last, counted from 1; 0 before the first.</summary>
    public ulong Exchange { get; private set; }

    /// <summary>Whether a response waits to be read.</summary>
    public bool Ready => position < response.Length;

    /// <summary>A register as software reads it.</summary>
    /// <param name="offset">4, 8, 12, 16 or 20 from the head of the capability.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is another.</exception>
    public uint Read(int offset)
    {
        uint value = Peek(offset);
        if (offset == DoeCapabilityRegisters.ReadMailboxOffset && !Ready && ErrorOnEmptyRead)
            Fail();
        return value;
    }

    /// <summary>A register as software would read it, without the effects of a read: for a look from outside.</summary>
    /// <inheritdoc cref="Read"/>
    public uint Peek(int offset) => offset switch
    {
        DoeCapabilityRegisters.CapabilityOffset => capability,
        DoeCapabilityRegisters.ControlOffset => DoeCapabilityRegisters.InterruptEnable.Insert(0, interruptEnabled),
        DoeCapabilityRegisters.StatusOffset => DoeCapabilityRegisters.Busy.Insert(0, Pending)
            | DoeCapabilityRegisters.InterruptStatus.Insert(0, interruptStatus)
            | DoeCapabilityRegisters.Error.Insert(0, error)
            | DoeCapabilityRegisters.Ready.Insert(0, Ready),
        DoeCapabilityRegisters.WriteMailboxOffset => 0,
        DoeCapabilityRegisters.ReadMailboxOffset => Ready ? response[position] : 0,
        _ => throw NoRegister(offset),
    };

    /// <summary>A 4-byte write by software.</summary>
    /// <param name="offset">4, 8, 12, 16 or 20 from the head of the capability.</param>
    /// <param name="value">What is written.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is another.</exception>
    public void Write(int offset, uint value)
    {
        switch (offset)
        {
            case DoeCapabilityRegisters.CapabilityOffset:
                break;
            case DoeCapabilityRegisters.ControlOffset:
                interruptEnabled = DoeCapabilityRegisters.InterruptEnable.Extract(value);
                if (DoeCapabilityRegisters.Abort.Extract(value))
                    Abort();
                else if (DoeCapabilityRegisters.Go.Extract(value))
                    HandOver();
                break;
            case DoeCapabilityRegisters.StatusOffset:
                interruptStatus &= !DoeCapabilityRegisters.InterruptStatus.Extract(value);
                break;
            case DoeCapabilityRegisters.WriteMailboxOffset:
                Append(value);
                break;
            case DoeCapabilityRegisters.ReadMailboxOffset:
                Advance();
                break;
            default:
                throw NoRegister(offset);
        }
    }

    /// <summary>Answers the pending request, if there is one.</summary>
    /// <returns>Whether there was.</returns>
    public bool Complete() => Complete(Exchange);

    /// <summary>Answers the request with this number, if it is still pending: a timer set for one that was aborted does nothing.</summary>
    /// <param name="exchange">What <see cref="Exchange"/> was when it became pending.</param>
    /// <returns>Whether it was.</returns>
    public bool Complete(ulong exchange)
    {
        if (!Pending || exchange != Exchange)
            return false;
        Pending = false;
        uint[] dwords = [.. request];
        request.Clear();
        if (!DoeObject.IsWhole(dwords))
            return true;
        DoeProtocol? protocol = FindProtocol(DoeObject.VendorOf(dwords[0]), DoeObject.TypeOf(dwords[0]));
        if (protocol?.Answer(dwords.AsSpan(DoeObject.HeaderDwords)) is not { } answer)
            return true;
        if (answer.Length > DoeObject.DwordsMax - DoeObject.HeaderDwords)
        {
            Fail();
            return true;
        }

        response = DoeObject.Encode(protocol.Vendor, protocol.Type, answer);
        position = 0;
        Interrupt();
        return true;
    }

    /// <summary>Whether the mailbox has interrupted since this was last asked: its owner then sends the message of its vector.</summary>
    /// <remarks>
    /// It interrupts once, when a response or an error appears, and again when software has cleared the interrupt status.
    /// </remarks>
    public bool TakeInterrupt()
    {
        bool due = interruptDue;
        interruptDue = false;
        return due;
    }

    /// <summary>Back to the state of a new mailbox, as by a reset of the function. Requests go on being counted.</summary>
    public void Reset()
    {
        Abort();
        interruptEnabled = false;
        interruptStatus = false;
        interruptDue = false;
    }

    private static ArgumentOutOfRangeException NoRegister(int offset) =>
        new(nameof(offset), offset, "The registers of a DOE mailbox lie at 4, 8, 12, 16 and 20.");

    private DoeProtocol? FindProtocol(ushort vendor, byte type) =>
        Array.Find(protocols, protocol => protocol.Vendor == vendor && protocol.Type == type);

    private void Append(uint value)
    {
        if (Pending || request.Count == requestDwordsMax)
            Fail();
        else if (!error)
            request.Add(value);
    }

    private void HandOver()
    {
        if (Pending || Ready)
        {
            Fail();
        }
        else if (!error)
        {
            Pending = true;
            Exchange++;
        }
    }

    private void Advance()
    {
        if (!Ready)
            Fail();
        else if (++position == response.Length)
            DropResponse();
    }

    private void Abort()
    {
        Pending = false;
        error = false;
        request.Clear();
        DropResponse();
    }

    private void Fail()
    {
        if (error)
            return;
        Abort();
        error = true;
        Interrupt();
    }

    private void Interrupt()
    {
        if (!interruptEnabled || interruptStatus || !DoeCapabilityRegisters.InterruptSupport.Extract(capability))
            return;
        interruptStatus = true;
        interruptDue = true;
    }

    private void DropResponse()
    {
        response = [];
        position = 0;
    }
}
