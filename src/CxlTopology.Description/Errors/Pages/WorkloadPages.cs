namespace CxlTopology.Description;

/// <summary>Pages of the errors of workloads and expectations.</summary>
internal static class WorkloadPages
{
    private const string Endpoints = "endpoints: {mem0: {type: 3, memory: 1GiB}, mem1: {type: 3, memory: 1GiB}}\n";
    private const string Host = "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: "
        + "mem0, rp1: mem1}}}}\n" + Endpoints;

    private const string Hosts = "hosts: {a: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: "
        + "mem0}}}, b: {bridges: {hb0: {rp0: mem1}}}}\n"
        + Endpoints + "regions: {region0: {host: a, endpoints: [mem0], size: 1GiB}}\n";

    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.ExpectationSource, "an expectation about nobody",
            "Before the first dot stands a host or a workload of the file.", Host + "expect: [\"host1.errors == 0\"]",
            Host + "expect: [\"host0.errors == 0\"]"),
        new(DescriptionErrorCode.ExpectationSyntax, "an expectation that is not understood",
            "An expectation is \"source.statistic < value\", \"source.reads.statistic < value\" (or writes; <, <=, >, >=, ==, !=), "
                + "\"simulated < 10ms\", or \"every transaction completes once\".",
            Host + "expect: [\"host0 is fast\"]", Host + "expect: [\"host0.reads.p99 < 2us\"]"),
        new(DescriptionErrorCode.ExpectationStatistic, "there is no such statistic",
            "The statistics are min, mean, p50, p90, p99, p999 and max (latencies), count, errors and gigabytesPerSecond, of reads, of "
                + "writes or of both.",
            Host + "expect: [\"host0.reads.p95 < 2us\"]", Host + "expect: [\"host0.reads.p90 < 2us\"]"),
        new(DescriptionErrorCode.ExpectationUnit, "a value of the wrong kind",
            "Latencies and the simulated time are compared with a duration, gigabytesPerSecond with a number or a bandwidth, count and "
                + "errors with a whole number.",
            Host + "expect: [\"host0.reads.p99 < 2\"]", Host + "expect: [\"host0.reads.p99 < 2us\"]"),
        new(DescriptionErrorCode.WorkloadOutsideWindow, "a range outside all windows",
            "A range of addresses lies within one window of the host; whether a region claims them is for the decoders to say.",
            Host + "workloads: {scan: {to: {base: 0x20_0000_0000, size: 64KiB}}}",
            Host + "workloads: {scan: {to: {base: 0x10_0000_0000, size: 64KiB}}}"),
        new(DescriptionErrorCode.WorkloadOtherHost, "a region of another host",
            "A host reaches the addresses of its own windows only.", Hosts + "workloads: {scan: {from: b, to: region0}}",
            Hosts + "workloads: {scan: {from: a, to: region0}}"),
        new(DescriptionErrorCode.AccessSize, "not the size of an access",
            "An access has 8 B to 4 KiB, a power of two; above 64 B it goes line by line, or as one burst with \"burst: true\".",
            Host + "workloads: {scan: {to: {window: 0}, size: 100B}}", Host + "workloads: {scan: {to: {window: 0}, size: 128B}}"),
        new(DescriptionErrorCode.WorkloadNotAnEngine, "a device that issues no accesses",
            "Accesses come from a host, or from the engine of a type-2 device. A type-3 device is memory.",
            Host + "workloads: {scan: {from: mem0, to: {window: 0}}}", Host + "workloads: {scan: {from: host0, to: {window: 0}}}"),
        new(DescriptionErrorCode.WorkloadOutsideMemory, "a range outside the host's memory",
            "A host's own memory starts at address 0 and ends with its size; \"host0.memory\" is all of it.",
            Host + "workloads: {scan: {to: {memory: true, base: 3GiB, size: 2GiB}}}",
            Host + "workloads: {scan: {to: {memory: true, base: 3GiB, size: 1GiB}}}"),
    ];
}
