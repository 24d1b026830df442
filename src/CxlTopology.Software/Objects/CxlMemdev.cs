using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A memory device: <c>memN</c>.</summary>
public sealed class CxlMemdev
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>Its PCI function.</summary>
    public required PciDevice Function { get; init; }

    /// <summary>Type 2: driven by an accelerator's driver, with no need for device registers.</summary>
    public required bool IsAccelerator { get; init; }

    /// <summary>Its serial number; 0 if it has none.</summary>
    public ulong Serial { get; init; }

    /// <summary>Its partitions, gap-free and ascending: RAM, then PMEM.</summary>
    public List<CxlPartition> Partitions { get; } = [];

    /// <summary>Its port; null while it has none.</summary>
    public CxlPort? Endpoint { get; internal set; }

    /// <summary>All its memory: the end of its device addresses. 0 until the media was found ready.</summary>
    public ByteSize Capacity { get; internal set; }

    /// <summary>Whether its memory ranges became active in time, and its media was ready.</summary>
    public bool MediaReady { get; internal set; }

    /// <summary>Its mailbox; null without one.</summary>
    public MailboxClient? Mailbox { get; internal set; }

    /// <summary>Whether its driver is bound: it has its ports, and its endpoint was enumerated without an error.</summary>
    public bool Enabled => Endpoint is not null;

    /// <summary>What Identify Memory Device said; null for a device without a mailbox.</summary>
    public IdentifyMemoryDevice? Identity { get; internal set; }

    /// <summary>Where its registers are.</summary>
    public required ComponentLocation Location { get; init; }

    /// <summary>The address of its device registers; 0 if it has none.</summary>
    public ulong DeviceRegisters { get; init; }

    /// <summary>Whether a sanitize operation is under way, which whoever started it says here: none of its decoders can be committed until then (EBUSY). An accelerator's can. False by default.</summary>
    public bool SanitizeActive { get; set; }

    /// <summary>Whether an accelerator's driver has attached to a region of it: what it takes part in stays as firmware made it.</summary>
    public bool AttachedByDriver { get; internal set; }

    /// <summary><c>mem0</c>.</summary>
    public string Name => $"mem{Id}";
}
