namespace CxlTopology.Description;

/// <summary>Pages of the errors of firmware entries.</summary>
internal static class FirmwarePages
{
    private const string Endpoints = "endpoints: {mem0: {type: 3, memory: 1GiB}, mem1: {type: 3, memory: 1GiB}}\n";
    private const string Host = "hosts: {host0: {windows: [{base: 0x10_0000_0000, size: 2GiB, targets: [hb0]}], bridges: {hb0: {rp0: "
        + "mem0, rp1: mem1}}}}\n" + Endpoints;

    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.FirmwareEntryUnclear, "a firmware entry that says nothing, or two things",
            "An entry programs a decoder (\"decoder\", \"base\", \"size\" …), writes one register (\"offset\", \"value\"), or writes the "
                + "device's Control register (\"dvsec-control\").",
            Host + "firmware: [{component: hb0}]", Host + "firmware: [{component: hb0, offset: 4, value: 2}]"),
        new(DescriptionErrorCode.FirmwareDecoderIndex, "there is no such decoder",
            "Decoders count from 0; how many a component has is said by its key \"decoders\", 4 unless stated.",
            Host + "firmware: [{component: mem0, decoder: 4, base: 0x10_0000_0000, size: 1GiB}]",
            Host + "firmware: [{component: mem0, decoder: 3, base: 0x10_0000_0000, size: 1GiB}]"),
        new(DescriptionErrorCode.FirmwareOffset, "there is no register at this offset",
            "Offsets count from the start of the HDM decoder capability, in steps of 4: 0x00 capability, 0x04 global control, 0x10 plus "
                + "0x20 times n decoder n.",
            Host + "firmware: [{component: hb0, offset: 0x12, value: 0}]", Host + "firmware: [{component: hb0, offset: 0x10, value: 0}]"),
        new(DescriptionErrorCode.FirmwareTargets, "ways and targets differ in number",
            "A decoder of a host bridge or switch lists one port number for each way, 8 at most. Whether the ports exist is for the "
                + "hardware to say.",
            Host + "firmware: [{component: hb0, decoder: 0, base: 0x10_0000_0000, size: 2GiB, ways: 2, targets: [0]}]",
            Host + "firmware: [{component: hb0, decoder: 0, base: 0x10_0000_0000, size: 2GiB, ways: 2, targets: [0, 1]}]"),
        new(DescriptionErrorCode.FirmwareNoDecoders, "a pass-through bridge has no decoders",
            "A host bridge with a single root port has no HDM decoder capability unless it says \"passthrough: false\".",
            "hosts: {host0: {bridges: {hb0: {rp0: mem0}, hb1: {rp0: mem1}}}}\n" + Endpoints
                + "firmware: [{component: hb0, offset: 4, value: 2}]",
            "hosts: {host0: {bridges: {hb0: {passthrough: false, ports: {rp0: mem0}}, hb1: {rp0: mem1}}}}\n" + Endpoints
                + "firmware: [{component: hb0, offset: 4, value: 2}]"),
    ];
}
