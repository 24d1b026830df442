namespace CxlTopology.Description;

/// <summary>Pages of the errors of names and references.</summary>
internal static class NamePages
{
    private const string Host = "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: "
        + "mem0}}}}\n";
    private const string Endpoint = "endpoints: {mem0: {type: 3, memory: 1GiB}}\n";
    private const string TwoHosts = "hosts: {a: {bridges: {hb0: {rp0: mem0, rp1: }}}, b: {bridges: {hb0: {rp0: mem1, rp1: }}}}\n";
    private const string TwoEndpoints = "endpoints: {mem0: {type: 3, memory: 1GiB}, mem1: {type: 3, memory: 1GiB}}\n";

    private const string OneGuest = "hosts: {host0: {memory: 1GiB, windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile]}], bridges: {hb0: {rp0: gpu0}}}}\n"
        + "endpoints: {gpu0: {type: 2, memory: 1GiB, functions: {copy: }}}\n";

    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.UnknownEndpoint, "there is no such endpoint",
            "A port or a region names an endpoint that \"endpoints\" does not describe.",
            "hosts: {host0: {bridges: {hb0: {rp0: men0}}}}\n" + Endpoint, "hosts: {host0: {bridges: {hb0: {rp0: mem0}}}}\n" + Endpoint),
        new(DescriptionErrorCode.UnknownBridge, "there is no such host bridge",
            "The targets of a window are host bridges of the same host, by name.",
            "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb1]}], bridges: {hb0: {rp0: mem0}}}}\n" + Endpoint,
            Host + Endpoint),
        new(DescriptionErrorCode.UnknownHost, "there is no such host",
            "A region or workload names a host that \"hosts\" does not describe.",
            Host + Endpoint + "workloads: {scan: {from: host1, to: {window: 0}}}",
            Host + Endpoint + "workloads: {scan: {from: host0, to: {window: 0}}}"),
        new(DescriptionErrorCode.UnknownRegion, "there is no such region",
            "A workload names a region that \"regions\" does not describe.",
            Host + Endpoint + "workloads: {scan: {to: region0}}",
            Host + Endpoint + "regions: {region0: {endpoints: [mem0], size: 1GiB}}\nworkloads: {scan: {to: region0}}"),
        new(DescriptionErrorCode.UnknownWindow, "there is no such window",
            "Windows have no names: a region names the index in its host's list, from 0.",
            Host + Endpoint + "regions: {region0: {window: 1, endpoints: [mem0], size: 1GiB}}",
            Host + Endpoint + "regions: {region0: {window: 0, endpoints: [mem0], size: 1GiB}}"),
        new(DescriptionErrorCode.UnknownProfile, "there is no such profile",
            "Profiles are built in: asic-gen5, asic-gen6, fpga and ddr4-asic (also called vistara).",
            "profiles: {endpoint: asic-gen7}", "profiles: {endpoint: asic-gen6}"),
        new(DescriptionErrorCode.UnknownComponent, "there is no such component",
            "Firmware programs host bridges, switches and endpoints, by name; ports have no decoders of their own.",
            Host + Endpoint + "firmware: [{component: rp0, dvsec-control: 0x6}]",
            Host + Endpoint + "firmware: [{component: mem0, dvsec-control: 0x6}]"),
        new(DescriptionErrorCode.AmbiguousComponent, "several components have this name",
            "Host bridges of different hosts may have the same name; firmware then names them as host.bridge.",
            TwoHosts + TwoEndpoints + "firmware: [{component: hb0, offset: 4, value: 2}]",
            TwoHosts + TwoEndpoints + "firmware: [{component: a.hb0, offset: 4, value: 2}]"),
        new(DescriptionErrorCode.DuplicateName, "a name is taken",
            "Hosts, switches and endpoints share one space of names, and a workload is not called like a host: paths and expectations "
                + "name them all.",
            "hosts: {mem0: {bridges: {hb0: {rp0: mem0}}}}\n" + Endpoint, "hosts: {host0: {bridges: {hb0: {rp0: mem0}}}}\n" + Endpoint),
        new(DescriptionErrorCode.EndpointAttachedTwice, "an endpoint hangs on two ports",
            "An endpoint has one port, so one port names it.",
            "hosts: {host0: {bridges: {hb0: {rp0: mem0, rp1: mem0}}}}\n" + Endpoint,
            "hosts: {host0: {bridges: {hb0: {rp0: mem0, rp1: }}}}\n" + Endpoint),
        new(DescriptionErrorCode.EndpointNotAttached, "an endpoint hangs nowhere",
            "No port names the endpoint: nothing could reach it, and most likely a port names something else.",
            "hosts: {host0: {bridges: {hb0: {rp0: mem0}}}}\n" + TwoEndpoints,
            "hosts: {host0: {bridges: {hb0: {rp0: mem0, rp1: mem1}}}}\n" + TwoEndpoints),
        new(DescriptionErrorCode.SwitchUsedTwice, "a switch stands in two places",
            "A switch has one upstream port. Writing it a second time would be a loop or a diamond, which decoders cannot route. An "
                + "alias to a port with a switch does this too.",
            "hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: mem0}}, rp1: {switch: sw0, ports: {dsp0: mem1}}}}}}\n"
                + TwoEndpoints,
            "hosts: {host0: {bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: mem0}}, rp1: {switch: sw1, ports: {dsp0: mem1}}}}}}\n"
                + TwoEndpoints),
        new(DescriptionErrorCode.HostNotNamed, "which host?",
            "With one host a region or workload belongs to it; with several it says to which.",
            TwoHosts + TwoEndpoints + "regions: {region0: {endpoints: [mem0], size: 1GiB}}",
            TwoHosts + TwoEndpoints + "regions: {region0: {host: a, endpoints: [mem0], size: 1GiB}}"),
        new(DescriptionErrorCode.UnknownFunction, "an endpoint has no such function",
            "A further function of an endpoint is named as endpoint.function, by its name under \"functions\" of the endpoint. The endpoint's name alone is its function 0.",
            OneGuest + "guests: {guest0: {devices: [gpu0, gpu0.dma]}}", OneGuest + "guests: {guest0: {devices: [gpu0, gpu0.copy]}}"),
    ];
}
