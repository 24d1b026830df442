namespace CxlTopology.Vfio;

/// <summary>What a guest can see and do under each dialect, register tables apart (<see cref="EmulationPage"/>): the rows of a table of the documentation.</summary>
public static class DialectTraits
{
    /// <summary>Whom a device is passed to, and when it is refused.</summary>
    public static IReadOnlyList<DialectTrait> Device { get; } =
    [
        new("text", "the RFC, version 2, to the letter, faults included", "the RFC as it was meant: the default", "the series of June 2026"),
        new("driver", "a variant driver", "a variant driver", "vfio-pci itself; it can be told to leave CXL alone"),
        new("taken from the host", "when it is opened", "when it is opened", "when it is bound, EBUSY if its host addresses are somebody's"),
        new("what can be passed", "any accelerator, firmware-committed or not, interleaved too", "the same", "one decoder of one device that firmware committed, else EOPNOTSUPP when it is bound"),
        new("region", "256 MiB of each device, or what firmware committed", "all memory of the device, or what its parameters say, or what firmware committed", "what firmware committed"),
        new("several committed regions", "the first is used, with a note in the log", "the same", "EOPNOTSUPP"),
        new("memory not active in time", "ETIMEDOUT", "ETIMEDOUT", "ETIMEDOUT"),
    ];

    /// <summary>What its user sees.</summary>
    public static IReadOnlyList<DialectTrait> Sees { get; } =
    [
        new("device info", "flags PCI, CAPS, CXL; capability 6 of 32 bytes: decoders, BAR, size, offset", "the same, and RESET if the device has CXL reset", "flags RESET (with FLR), PCI, CAPS, CXL; capability 6 of 48 bytes: flags, two region indices, BAR, offset, size"),
        new("device regions", "9: memory", "9: memory", "9: memory; 10: component registers, read and written in aligned dwords (else EINVAL), not mapped"),
        new("BAR with the component registers", "mapped around them; areas of no bytes are named too", "mapped around them", "mapped around them"),
        new("component registers but the decoders", "the device's", "the device's, without header logs; among capabilities only the error registers (RAS) take writes", "known capabilities are the device's and read-only; all else reads 0 and drops writes"),
        new("decoders that firmware committed", "as they are, the host's address included", "free, to be programmed", "committed at address 0, until the guest's firmware moves them"),
        new("decoders that the host committed for it", "free: the copy is older", "free", "not possible"),
        new("ranges of the device DVSEC", "size and base as the device has them", "size of what is given, base 0", "size of what is given, base 0, the second range 0"),
        new("DVSEC of less than 0x40 bytes", "what follows it is read as part of it", "0 past its end", "0 past its end"),
        new("interrupt pin", "not offered", "not offered", "not offered"),
        new("data object exchange", "can be read; writes are dropped, for it is not found", "passed through", "passed through"),
    ];

    /// <summary>What its user can do.</summary>
    public static IReadOnlyList<DialectTrait> Does { get; } =
    [
        new("commit a decoder", "at once; the monitor maps the memory where it says", "the same", "the same"),
        new("change base and size while committed", "taken, and without effect on what is mapped", "dropped", "dropped"),
        new("set Lock On Commit without Commit", "the decoder takes nothing more until the device is opened again", "a bit as any other, until the decoder is committed", "base and size take nothing more until the bit is cleared"),
        new("release a decoder that is locked", "dropped", "dropped", "released, and unlocked"),
        new("Lock of the DVSEC", "freezes Control; bases stay writable", "freezes Control and bases", "freezes Control and Control 2"),
        new("disable caching", "reaches the device; caching never comes back", "reaches the device, both ways", "stays in the shadow"),
        new("write the cache back", "never reaches the device", "reaches the device", "stays in the shadow"),
        new("memory clear", "reaches the device; cannot be taken back alone", "reaches the device, both ways", "stays in the shadow"),
        new("initiate CXL reset in the DVSEC", "no effect", "the monitor resets the device", "the monitor resets the device"),
        new("VFIO_DEVICE_RESET", "EINVAL: it has none", "CXL reset; shadows as when it was opened", "function-level reset; shadows and memory stay"),
        new("function-level reset", "dropped", "dropped", "reset; shadows and memory stay"),
        new("hot reset", "ENOTTY below a port that masks it; shadows stay", "ENOTTY below a port that masks it; shadows as when it was opened", "ENOTTY below a port that masks it; shadows stay"),
        new("map memory", "all pages at once", "a page when it is touched", "a page when it is touched"),
        new("memory decode off, reset", "mapped pages stay", "pages are taken out: SIGBUS until decode is on", "pages are taken out: SIGBUS until decode is on"),
        new("read or write the memory region, memory decode off", "served", "EIO", "EIO"),
        new("access to a part of an emulated register", "EINVAL; a read from its start is cut", "EINVAL; a read from its start is cut", "of the DVSEC read or merged; of component registers EINVAL"),
    ];
}
