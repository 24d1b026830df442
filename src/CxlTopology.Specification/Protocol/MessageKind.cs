namespace CxlTopology.Specification;

/// <summary>The messages of the field, as the specification names them. The codes fit the kernel's one byte of kind.</summary>
/// <remarks>
/// Bits 5:4 are the direction: 1 from the host down, 2 up towards it, others cross no link with credits. Of 1 and 2 bits 3:0 say the traffic class (<see cref="MessageKinds.ClassOf"/>): 0x0 CXL.mem without data, 0x1 with data,
/// 0x4 back-invalidates, 0x8 CXL.cache requests and snoops, 0xC responses, 0xD data; everything else is CXL.io, without credits. Bits 1:0 are 1 in what carries lines of data, of any class.
/// </remarks>
public enum MessageKind : byte
{
    /// <summary>CXL.mem request without data (MemRd, MemInv, …), host to device.</summary>
    M2SReq = 0x10,

    /// <summary>CXL.mem request with data (MemWr, MemWrPtl), host to device.</summary>
    M2SRwD = 0x11,

    /// <summary>CXL.io request: a register or configuration access on its way down.</summary>
    IoRequest = 0x13,

    /// <summary>Answer of the host to a back-invalidate snoop (BIRspI, …).</summary>
    M2SBIRsp = 0x14,

    /// <summary>The IOMMU's answer to <see cref="DmaTranslate"/>: the argument is the host address of the page, with bit 0 if it may be read and bit 1 if it may be written.</summary>
    DmaTranslated = 0x12,

    /// <summary>The host takes translations of a device back.</summary>
    DmaInvalidate = 0x1A,

    /// <summary>The line that a device has read of memory.</summary>
    DmaData = 0x15,

    /// <summary>A write of a device is done; or a request of it was refused, as the status says.</summary>
    DmaDone = 0x16,

    /// <summary>The host has booted: a message of CXL.io to all devices, which lets their engines start.</summary>
    HostReady = 0x17,

    /// <summary>CXL.cache snoop, host to device.</summary>
    H2DReq = 0x18,

    /// <summary>An answer of the host, or a snoop, found no way to its device: those below that wait for one do not wait for ever.</summary>
    AnswerLost = 0x1E,

    /// <summary>CXL.cache response without data (GO, WritePull, …), host to device.</summary>
    H2DRsp = 0x1C,

    /// <summary>CXL.cache data, host to device, with the GO that belongs to it.</summary>
    H2DData = 0x1D,

    /// <summary>CXL.mem response without data (Cmp), device to host.</summary>
    S2MNdr = 0x20,

    /// <summary>CXL.mem response with data (MemData), device to host.</summary>
    S2MDrs = 0x21,

    /// <summary>CXL.io completion on its way up.</summary>
    IoCompletion = 0x23,

    /// <summary>CXL.io write of a line of memory, device to host, by an address that the host's IOMMU translates; it is acknowledged by <see cref="DmaDone"/>, as those of unordered I/O are.</summary>
    DmaWrite = 0x25,

    /// <summary>CXL.io translation request (ATS), device to host: the page of an I/O virtual address.</summary>
    DmaTranslate = 0x22,

    /// <summary>A device has forgotten translations that the host took back, and no access by them is under way.</summary>
    DmaInvalidated = 0x2A,

    /// <summary>CXL.io read of a line of memory, device to host.</summary>
    DmaRead = 0x26,

    /// <summary>CXL.io write to memory on its way up: an interrupt (MSI, MSI-X).</summary>
    MemoryWrite = 0x27,

    /// <summary>CXL.io error message (ERR_COR, ERR_NONFATAL, ERR_FATAL) on its way up to the root port.</summary>
    ErrorMessage = 0x2B,

    /// <summary>Back-invalidate snoop (BISnpInv, …), device to host.</summary>
    S2MBISnp = 0x24,

    /// <summary>CXL.cache request, device to host.</summary>
    D2HReq = 0x28,

    /// <summary>CXL.cache answer to a snoop, without data, device to host.</summary>
    D2HRsp = 0x2C,

    /// <summary>CXL.cache data, device to host: what a write pulled, or what a snoop found, with the answer that belongs to it.</summary>
    D2HData = 0x2D,

    /// <summary>Something that asks for an answer was lost below: with a link that went down, or in a device that is being reset.</summary>
    DeviceLost = 0x2E,

    /// <summary>Link-layer credits that found no other message to ride on.</summary>
    LinkCredit = 0x30,

    /// <summary>Inside a component: a message has left the receive buffer of the port it arrived at.</summary>
    BufferFreed = 0x31,

    /// <summary>Inside a root port: requests that went down may have waited too long for an answer.</summary>
    TransactionTimer = 0x32,

    /// <summary>Control: a link goes down or comes up.</summary>
    LinkControl = 0x33,

    /// <summary>Inside a host: the firmware has finished, workloads may start.</summary>
    Booted = 0x34,

    /// <summary>Inside a host: an agent's own timer.</summary>
    AgentTimer = 0x35,

    /// <summary>Inside a component: a data object exchange has taken its time.</summary>
    ExchangeDone = 0x36,

    /// <summary>Inside a device: a mailbox command has taken its time.</summary>
    CommandDone = 0x37,

    /// <summary>Inside a component: an HDM decoder has taken its time to commit.</summary>
    CommitDone = 0x38,

    /// <summary>Inside a device: its memory has come a step further on the way to being usable.</summary>
    MediaReady = 0x39,

    /// <summary>Inside a host: an interrupt for an agent; the argument is what the device wrote.</summary>
    Interrupt = 0x3A,

    /// <summary>Inside a device: its cache holds no valid line any more, as it was asked.</summary>
    CacheInvalid = 0x3B,

    /// <summary>Inside a device: a reset has taken its time, or the time in which it must not be disturbed is over.</summary>
    ResetTimer = 0x3C,

    /// <summary>Control: a component is reset from outside, as by its power supply; or, inside a switch, by the port above.</summary>
    ResetControl = 0x3D,

    /// <summary>Inside a component: a link has taken the time that training takes.</summary>
    LinkTimer = 0x3E,

    /// <summary>What the ends of a link tell each other outside of flits: that it goes down, that it trains.</summary>
    LinkSignal = 0x3F,

    /// <summary>Inside a host or device: a step of the coherence protocol has taken its time.</summary>
    CoherenceStep = 0x40,

    /// <summary>Inside a host: what the IOMMU knows of a range is void; answered when nothing is under way there.</summary>
    TranslationInvalidate = 0x41,

    /// <summary>Inside a device: an engine has made all its accesses.</summary>
    EngineDone = 0x42,

    /// <summary>Inside a host: software wants a range of addresses written back and in no cache any more; the answer is an <see cref="S2MNdr"/>.</summary>
    CacheFlush = 0x43,

    /// <summary>Inside a device: a reset has stopped an engine.</summary>
    EngineStopped = 0x44,
}
