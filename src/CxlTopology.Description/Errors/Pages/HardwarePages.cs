namespace CxlTopology.Description;

/// <summary>Pages of the errors of the hardware described.</summary>
internal static class HardwarePages
{
    private const string Endpoint = "endpoints: {mem0: {type: 3, memory: 1GiB}}\n";
    private const string TwoEndpoints = "endpoints: {mem0: {type: 3, memory: 1GiB}, mem1: {type: 3, memory: 1GiB}}\n";
    private const string OneHost = "hosts: {host0: {bridges: {hb0: {rp0: mem0}}}}\n";
    private const string TwoPorts = "hosts: {host0: {bridges: {hb0: {rp0: mem0, rp1: mem1}}}}\n";

    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.SwitchesTooDeep, "too many switches in a row",
            "Between a root port and an endpoint there are at most 16 switches.",
            "shape: {switches: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], endpoint: {type: 3, memory: 1GiB}}",
            "shape: {switches: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], endpoint: {type: 3, memory: 1GiB}}"),
        new(DescriptionErrorCode.DuplicatePortNumber, "two ports have one number",
            "A decoder's target list names ports by number, so each number is used once in a bridge or switch. Ports without a stated "
                + "number take the lowest that is free.",
            "hosts: {host0: {bridges: {hb0: {rp0: {number: 1, endpoint: mem0}, rp1: {number: 1, endpoint: mem1}}}}}\n" + TwoEndpoints,
            "hosts: {host0: {bridges: {hb0: {rp0: {number: 1, endpoint: mem0}, rp1: {number: 2, endpoint: mem1}}}}}\n" + TwoEndpoints),
        new(DescriptionErrorCode.PassThroughNeedsOnePort, "a pass-through bridge with several ports",
            "A host bridge without HDM decoders sends everything to its only root port. With several ports there is a choice to make, "
                + "and nothing to make it.",
            "hosts: {host0: {bridges: {hb0: {passthrough: true, ports: {rp0: mem0, rp1: mem1}}}}}\n" + TwoEndpoints,
            "hosts: {host0: {bridges: {hb0: {passthrough: auto, ports: {rp0: mem0, rp1: mem1}}}}}\n" + TwoEndpoints),
        new(DescriptionErrorCode.RateNeedsLargeFlits, "64 GT/s with 68-byte flits",
            "64 GT/s signalling needs the error correction that only 256-byte flits carry.",
            "profiles: {link: {rate: 64GT/s, flit: 68B}}", "profiles: {link: {rate: 64GT/s, flit: 256B}}"),
        new(DescriptionErrorCode.EndpointWithoutMemory, "an endpoint without memory",
            "An endpoint of type 2 or 3 has memory: volatile (\"memory\"), persistent, or both.", "endpoints: {mem0: {type: 3}}",
            "endpoints: {mem0: {type: 3, persistent: 1GiB}}"),
        new(DescriptionErrorCode.CoherenceNotForType, "a coherence the device type cannot have",
            "hdm-h is host-only memory of type-3 devices. hdm-d works by bias over CXL.cache, which only type-2 devices have. hdm-db, by "
                + "back-invalidate snoops, is for both.",
            "endpoints: {mem0: {type: 3, memory: 1GiB, coherence: hdm-d}}", "endpoints: {mem0: {type: 3, memory: 1GiB, coherence: hdm-h}}"),
        new(DescriptionErrorCode.HdmDNotAlone, "an hdm-d device shares its root port",
            "Bias is decided by who asks for what memory, so an hdm-d device has its root port to itself, unless every switch above it says by \"hdm-d\" "
                + "that its cache ID route table takes so many. Several type-2 devices below one root port are hdm-db, which is also the default there.",
            """
            profiles: {link: {flit: 256B}}
            hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: gpu0, dsp1: gpu1}}}}}}
            endpoints: {gpu0: {type: 2, memory: 1GiB, coherence: hdm-d}, gpu1: {type: 2, memory: 1GiB}}
            """,
            """
            profiles: {link: {flit: 256B}}
            hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: gpu0, dsp1: gpu1}}}}}}
            endpoints: {gpu0: {type: 2, memory: 1GiB, coherence: hdm-db}, gpu1: {type: 2, memory: 1GiB}}
            """),
        new(DescriptionErrorCode.BackInvalidateNeedsLargeFlits, "hdm-db over 68-byte flits",
            "Back-invalidate snoops exist only in 256-byte flits; every link from the endpoint up to the root port must have them.",
            OneHost + "endpoints: {mem0: {type: 2, memory: 1GiB, coherence: hdm-db}}",
            "profiles: {link: {flit: 256B}}\n" + OneHost + "endpoints: {mem0: {type: 2, memory: 1GiB, coherence: hdm-db}}"),
        new(DescriptionErrorCode.SizeMisaligned, "a size that is not a multiple",
            "Decoders, windows and capacities go in steps of 256 MiB, a window in steps of 256 MiB times its targets: the registers have "
                + "no lower bits.",
            "endpoints: {mem0: {type: 3, memory: 300MiB}}", "endpoints: {mem0: {type: 3, memory: 512MiB}}"),
        new(DescriptionErrorCode.AddressMisaligned, "an address that is not a multiple",
            "Windows, regions and decoders begin at multiples of 256 MiB, ranges of a workload at multiples of 64 B.",
            "hosts: {host0: {windows: [{base: 0x10_0800_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0}}}}\n" + Endpoint,
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0}}}}\n" + Endpoint),
        new(DescriptionErrorCode.LatencyTooShort, "a latency under 1 ns",
            "From one component to the next a message takes at least 1 ns (port and wire together): the order of events, and so the same "
                + "result on any number of workers, rests on it.",
            "profiles: {link: {port-latency: 0ns, wire: 500ps}}", "profiles: {link: {port-latency: 0ns, wire: 1ns}}"),
        new(DescriptionErrorCode.DuplicateUid, "two host bridges have one uid",
            "A window lists host bridges by their unique id. Bridges without a stated uid take their index.",
            "hosts: {host0: {bridges: {hb0: {uid: 7, ports: {rp0: mem0}}, hb1: {uid: 7, ports: {rp0: mem1}}}}}\n" + TwoEndpoints,
            "hosts: {host0: {bridges: {hb0: {uid: 7, ports: {rp0: mem0}}, hb1: {uid: 8, ports: {rp0: mem1}}}}}\n" + TwoEndpoints),
        new(DescriptionErrorCode.DuplicateSerial, "two endpoints have one serial number",
            "Serial numbers tell devices apart, also for software. An anchor that states one gives it to all its aliases.",
            TwoPorts + "endpoints: {mem0: &m {type: 3, memory: 1GiB, serial: 5}, mem1: *m}",
            TwoPorts + "endpoints: {mem0: &m {type: 3, memory: 1GiB}, mem1: *m}"),
        new(DescriptionErrorCode.ShapeDoesNotDivide, "regions that do not cover a shape",
            "The ways of a shape's regions are made up level by level: each level gives a factor that divides its branches, at most 8 "
                + "below a port decoder, 3 only once. Regions of so many ways would leave endpoints over.",
            "shape: {ports: 6, endpoint: {type: 3, memory: 1GiB}, region: {ways: 4}}",
            "shape: {ports: 6, endpoint: {type: 3, memory: 1GiB}, region: {ways: 2}}"),
        new(DescriptionErrorCode.CapabilityNotForType, "a capability the device type cannot have, or lack",
            "A type-2 device has a cache that CXL.cache keeps coherent, so it may say how large it is and whether software can have it "
                + "written back. A type-3 device has none; but it has device registers, which a type 2 may lack, and its memory may be shared out to "
                + "several logical devices.",
            "endpoints: {mem0: {type: 3, memory: 1GiB, cxl: {cache-size: 1MiB}}}",
            "endpoints: {gpu0: {type: 2, memory: 1GiB, cxl: {cache-size: 1MiB}}}"),
        new(DescriptionErrorCode.CapabilityNeedsReset, "a property of CXL reset without CXL reset",
            "How long a CXL reset takes and whether it can clear memory are said by devices that know CXL reset. Type 2 does unless the file "
                + "says otherwise, type 3 if the file says so.",
            "endpoints: {mem0: {type: 3, memory: 1GiB, cxl: {reset-timeout: 1s}}}",
            "endpoints: {mem0: {type: 3, memory: 1GiB, cxl: {reset: true, reset-timeout: 1s}}}"),
        new(DescriptionErrorCode.CacheSizeNotEncodable, "a cache size that the register cannot say",
            "The DVSEC has eight bits for the size of the cache, in units of 64 KiB or of 1 MiB: up to 15.9375 MiB in steps of 64 KiB, then up "
                + "to 255 MiB in steps of 1 MiB.",
            "endpoints: {gpu0: {type: 2, memory: 1GiB, cxl: {cache-size: 96KiB}}}",
            "endpoints: {gpu0: {type: 2, memory: 1GiB, cxl: {cache-size: 128KiB}}}"),
        new(DescriptionErrorCode.SecondRangeEmpty, "two memory ranges for one kind of memory",
            "The DVSEC has one or two memory ranges. One holds all memory; of two, the first holds the volatile and the second the persistent "
                + "part, and neither is empty.",
            "endpoints: {mem0: {type: 3, memory: 1GiB, cxl: {hdm-ranges: 2}}}",
            "endpoints: {mem0: {type: 3, memory: 1GiB, persistent: 1GiB, cxl: {hdm-ranges: 2}}}"),
        new(DescriptionErrorCode.BarSize, "a size that no BAR has",
            "Software finds the size of a BAR by which of its bits it can write, so it is a power of two. BAR 2 is 64 KiB to 8 GiB, or absent; "
                + "the BARs of further functions are 4 KiB to 8 GiB, and BAR 0 is there.",
            "endpoints: {gpu0: {type: 2, memory: 1GiB, bar2: 3MiB}}", "endpoints: {gpu0: {type: 2, memory: 1GiB, bar2: 4MiB}}"),
        new(DescriptionErrorCode.BusesOverlap, "two host bridges claim one PCI bus",
            "A host bridge has a range of buses in its segment: the stated one, then one for each port below it and one inside each switch. "
                + "The ranges of two bridges of a host do not overlap.",
            "hosts: {host0: {bridges: {hb0: {segment: 0, bus: 0, ports: {rp0: mem0}}, hb1: {segment: 0, bus: 1, ports: {rp0: mem1}}}}}\n" + TwoEndpoints,
            "hosts: {host0: {bridges: {hb0: {segment: 0, bus: 0, ports: {rp0: mem0}}, hb1: {segment: 0, bus: 2, ports: {rp0: mem1}}}}}\n" + TwoEndpoints),
        new(DescriptionErrorCode.TooManyBuses, "more PCI buses than there are",
            "A segment has 256 buses. A host bridge needs one for its root ports, one for each port below it and one inside each switch, all of "
                + "them in one segment and in a row. Bridges with a stated bus come first; the others take the first gap that is large enough.",
            "hosts: {host0: {bridges: {hb0: {bus: 255, ports: {rp0: mem0}}}}}\n" + Endpoint,
            "hosts: {host0: {bridges: {hb0: {bus: 254, ports: {rp0: mem0}}}}}\n" + Endpoint),
        new(DescriptionErrorCode.FunctionNumber, "two functions have one number, or one has none",
            "A device has functions 0 to 7. Function 0 is the CXL device; each of the others is used once. Those without a stated number take the one after the function before them.",
            OneHost + "endpoints: {mem0: {type: 3, memory: 1GiB, functions: {copy: {number: 2}, video: {number: 2}}}}",
            OneHost + "endpoints: {mem0: {type: 3, memory: 1GiB, functions: {copy: {number: 2}, video: {number: 3}}}}"),
        new(DescriptionErrorCode.BackInvalidateNotThere, "hdm-db below a component without BI decoders",
            "A back-invalidate snoop passes a port whose BI decoder is committed. A switch or host bridge with \"back-invalidate: false\" has none, so no hdm-db "
                + "device works below it.",
            """
            profiles: {link: {flit: 256B}}
            hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, back-invalidate: false, ports: {dsp0: mem0}}}}}}
            endpoints: {mem0: {type: 2, memory: 1GiB, coherence: hdm-db}}
            """,
            """
            profiles: {link: {flit: 256B}}
            hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, back-invalidate: false, ports: {dsp0: mem0}}}}}}
            endpoints: {mem0: {type: 2, memory: 1GiB, coherence: hdm-d}}
            """),
        new(DescriptionErrorCode.CacheIdNeedsLargeFlits, "several caching devices below a link with 68-byte flits",
            "Flits of 68 bytes have no room for a cache id, so the host could not tell the devices apart: the link above a switch with more than one type-2 device "
                + "below has 256-byte flits.",
            """
            profiles: {link: {rate: 32GT/s, flit: 68B}}
            hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, hdm-d: 2, ports: {dsp0: gpu0, dsp1: gpu1}}}}}}
            endpoints: {gpu0: {type: 2, memory: 1GiB, coherence: hdm-d}, gpu1: {type: 2, memory: 1GiB, coherence: hdm-d}}
            """,
            """
            profiles: {link: {rate: 32GT/s, flit: 256B}}
            hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, hdm-d: 2, ports: {dsp0: gpu0, dsp1: gpu1}}}}}}
            endpoints: {gpu0: {type: 2, memory: 1GiB, coherence: hdm-d}, gpu1: {type: 2, memory: 1GiB, coherence: hdm-d}}
            """),
        new(DescriptionErrorCode.CacheShape, "a cache that cannot be built",
            "A cache consists of sets, each of so many ways, each of a line of 64 B: its size is a multiple of 64 B times the ways.",
            "endpoints: {gpu0: {type: 2, memory: 1GiB, cache: {size: 1MiB, ways: 12}}}", "endpoints: {gpu0: {type: 2, memory: 1GiB, cache: {size: 1536KiB, ways: 12}}}"),
        new(DescriptionErrorCode.TooManyCaches, "more caching devices than cache ids",
            "A host tells the devices that cache apart by a cache id of four bits. It counts type-2 devices where the host has a cache, or one of them has a "
                + "cache or issues accesses.",
            "shape: {ports: 17, endpoint: {type: 2, memory: 1GiB, cache: {size: 64KiB}}}", "shape: {ports: 16, endpoint: {type: 2, memory: 1GiB, cache: {size: 64KiB}}}"),
    ];
}
