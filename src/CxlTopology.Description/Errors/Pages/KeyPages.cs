namespace CxlTopology.Description;

/// <summary>Pages of the errors of keys and structure.</summary>
internal static class KeyPages
{
    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.UnknownKey, "an unknown key",
            "The section has no such key. Unknown keys are errors, because a misspelt one would silently leave a default in force.",
            "endpoints: {mem0: {type: 3, memroy: 1GiB}}", "endpoints: {mem0: {type: 3, memory: 1GiB}}"),
        new(DescriptionErrorCode.DuplicateKey, "a key stands twice",
            "A mapping has each key once; of two, one would be lost.", "version: 1\nseed: 1\nseed: 2", "version: 1\nseed: 2"),
        new(DescriptionErrorCode.KeyMissing, "a key is missing",
            "The section means nothing without this key; the help line says what it is.", "endpoints: {mem0: {memory: 1GiB}}",
            "version: 1\nendpoints: {mem0: {type: 3, memory: 1GiB}}\nhosts: {host0: {bridges: {hb0: {rp0: mem0}}}}"),
        new(DescriptionErrorCode.NotAMapping, "not a mapping",
            "Keys with values are wanted here, in braces or indented lines.", "endpoints: [mem0, mem1]",
            "endpoints: {mem0: {type: 3, memory: 1GiB}}"),
        new(DescriptionErrorCode.NotAList, "not a list",
            "A list is wanted here, in brackets or as lines with dashes, even for a single entry.",
            "regions: {region0: {endpoints: mem0, size: 1GiB}}", "regions: {region0: {endpoints: [mem0], size: 1GiB}}"),
        new(DescriptionErrorCode.NotAScalar, "not a single value",
            "One value is wanted here, and there is a list or a mapping.", "name: [quick, start]", "name: quickstart"),
        new(DescriptionErrorCode.VersionUnsupported, "another version of the file format",
            "The version says by which rules a file is read. This program knows version 1.", "version: 2", "version: 1"),
        new(DescriptionErrorCode.NotSupportedYet, "a section this version does not run",
            "\"faults\" belongs to the file format, and this version of the program does not run it. A run that ignored it would not be the one "
                + "described.",
            "faults:\n  - {at: 40us, on: sw0.dsp1, fault: link-down, for: 5us}", "version: 1"),
        new(DescriptionErrorCode.KeysConflict, "keys that exclude each other",
            "Each key is fine by itself; together they say two different things.",
            "shape: {endpoint: {type: 3, memory: 1GiB}}\nendpoints: {mem0: {type: 3, memory: 1GiB}}",
            "version: 1\nshape: {endpoint: {type: 3, memory: 1GiB}}"),
        new(DescriptionErrorCode.TooMany, "too many entries",
            "Every list has a bound: 1,024 hosts, 256 host bridges and 256 windows a host, 256 ports a component, 1,048,576 endpoints, "
                + "65,536 regions, 4,096 workloads, 1,024 guests.",
            "shape: {hosts: 1024, ports: 256, switches: [256], endpoint: {type: 3, memory: 1GiB}}",
            "shape: {hosts: 64, ports: 4, switches: [16], endpoint: {type: 3, memory: 1GiB}}"),
        new(DescriptionErrorCode.NothingListed, "nothing is listed",
            "A file without a host, a host without a bridge and a bridge without a port have nothing to simulate.",
            "version: 1\nhosts: {host0: {bridges: {}}}", "version: 1\nhosts: {host0: {bridges: {hb0: {rp0: mem0}}}}"),
        new(DescriptionErrorCode.KeyNotApplicable, "a key that does not belong here",
            "The key exists, and has no meaning together with the others: it would be ignored.",
            """
            hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0}}}}
            workloads: {scan: {to: {window: 0}, pattern: random, stride: 1KiB}}
            """,
            """
            hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: mem0}}}}
            workloads: {scan: {to: {window: 0}, pattern: stride, stride: 1KiB}}
            """),
    ];
}
