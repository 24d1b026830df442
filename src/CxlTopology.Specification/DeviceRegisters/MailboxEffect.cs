namespace CxlTopology.Specification;

/// <summary>What a mailbox command changed, for the device that owns the mailbox to act on.</summary>
public enum MailboxEffect
{
    /// <summary>Nothing outside of the mailbox.</summary>
    None,

    /// <summary>The 64 bytes at the address are to read as poisoned.</summary>
    PoisonInjected,

    /// <summary>The 64 bytes at the address are to hold the data that follows the address in the payload, without poison.</summary>
    PoisonCleared,

    /// <summary>The active partition changed.</summary>
    PartitionChanged,

    /// <summary>Records were cleared: the event status may differ.</summary>
    EventsCleared,

    /// <summary>The interrupts of the event logs changed.</summary>
    InterruptPolicyChanged,
}
