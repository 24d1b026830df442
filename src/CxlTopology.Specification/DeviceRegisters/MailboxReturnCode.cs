namespace CxlTopology.Specification;

/// <summary>How a mailbox command ended (CXL 2.0 §8.2.8.4.5.1).</summary>
public enum MailboxReturnCode : ushort
{
    /// <summary>Done.</summary>
    Success = 0x0,

    /// <summary>Goes on in the background.</summary>
    BackgroundStarted = 0x1,

    /// <summary>Something in the payload is not possible.</summary>
    InvalidInput = 0x2,

    /// <summary>No such command here.</summary>
    Unsupported = 0x3,

    /// <summary>The device failed at it.</summary>
    InternalError = 0x4,

    /// <summary>Try again.</summary>
    RetryRequired = 0x5,

    /// <summary>A background command is running.</summary>
    Busy = 0x6,

    /// <summary>The media is disabled.</summary>
    MediaDisabled = 0x7,

    /// <summary>A firmware transfer is going on.</summary>
    FirmwareTransferInProgress = 0x8,

    /// <summary>A part of a firmware transfer is out of order.</summary>
    FirmwareTransferOutOfOrder = 0x9,

    /// <summary>The firmware is not authentic.</summary>
    FirmwareAuthenticationFailed = 0xA,

    /// <summary>No such slot.</summary>
    InvalidSlot = 0xB,

    /// <summary>The firmware did not come up and was rolled back.</summary>
    FirmwareRolledBack = 0xC,

    /// <summary>The firmware comes up with the next cold reset.</summary>
    ColdResetNeeded = 0xD,

    /// <summary>No such event record.</summary>
    InvalidHandle = 0xE,

    /// <summary>No such device address.</summary>
    InvalidPhysicalAddress = 0xF,

    /// <summary>No more poison can be injected.</summary>
    InjectPoisonLimit = 0x10,

    /// <summary>The media failed for good.</summary>
    PermanentMediaFailure = 0x11,

    /// <summary>The command was aborted.</summary>
    Aborted = 0x12,

    /// <summary>Not in this security state.</summary>
    InvalidSecurityState = 0x13,

    /// <summary>Not this passphrase.</summary>
    IncorrectPassphrase = 0x14,

    /// <summary>Not on this mailbox.</summary>
    UnsupportedMailbox = 0x15,

    /// <summary>The payload has another length than the command.</summary>
    InvalidPayloadLength = 0x16,
}
