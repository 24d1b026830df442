namespace CxlTopology.Description;

/// <summary>Pages of the errors of guests.</summary>
internal static class GuestPages
{
    private const string Endpoints = "endpoints: {gpu0: {type: 2, memory: 1GiB}, gpu1: {type: 2, memory: 1GiB}, mem0: {type: 3, memory: 1GiB}}\n";
    private const string Windows = "windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile, type3]}, "
        + "{base: 0x20_0000_0000, size: 4GiB, targets: [hb0, hb1], allow: [type2, volatile]}], ";
    private const string Bridges = "bridges: {hb0: {rp0: gpu0, rp1: mem0}, hb1: {rp0: gpu1}}";
    private const string Functions = "hosts: {host0: {memory: 1GiB, windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile]}], bridges: {hb0: {rp0: gpu0}}}}\n"
        + "endpoints: {gpu0: {type: 2, memory: 1GiB, functions: {copy: }}}\n";
    private const string Host = "hosts: {host0: {memory: 1GiB, " + Windows + Bridges + "}}\n" + Endpoints;

    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        new(DescriptionErrorCode.GuestDeviceTaken, "a device that another guest has",
            "All functions of a device are in one IOMMU group, and a group has one owner: a device is given to one guest. A guest may pass it on to one of its own.",
            Host + "guests: {guest0: {devices: [gpu0]}, guest1: {devices: [gpu0]}}",
            Host + "guests: {guest0: {devices: [gpu0]}}"),
        new(DescriptionErrorCode.GuestDeviceType, "a device that cannot be passed through",
            "Passed through are accelerators (type 2) with volatile memory. A type-3 device is memory: the host's, which it may give its guests as theirs.",
            Host + "guests: {guest0: {devices: [mem0]}}", Host + "guests: {guest0: {devices: [gpu0]}}"),
        new(DescriptionErrorCode.GuestDeviceElsewhere, "a device that the guest's host has not",
            "A guest has devices of the host that it runs on; a guest of a guest has devices of the outer guest, which passes them on.",
            Host + "guests: {guest0: {devices: [gpu0], guests: {inner: {devices: [gpu1]}}}}", Host + "guests: {guest0: {devices: [gpu0], guests: {inner: {devices: [gpu0]}}}}"),
        new(DescriptionErrorCode.GuestDeviceInRegion, "a device that the host uses",
            "An endpoint in one of the host's regions is the host's. The region of a guest is made when the guest opens its device, and needs no entry in \"regions\".",
            Host + "regions: {region0: {endpoints: [gpu0], size: 1GiB}}\nguests: {guest0: {devices: [gpu0]}}", Host + "guests: {guest0: {devices: [gpu0]}}"),
        new(DescriptionErrorCode.GuestMemory, "more memory for guests than there is",
            "A guest's memory is a part of its host's, or of the outer guest's, in pages of 2 MiB; guests together have no more than there is.",
            Host + "guests: {guest0: {devices: [gpu0], memory: 2GiB}}", Host + "guests: {guest0: {devices: [gpu0], memory: 512MiB}}"),
        new(DescriptionErrorCode.GuestNotCommitted, "dialect v3, and nothing committed",
            "In dialect v3 a device is passed through with the region that firmware has committed for it alone; none is made.",
            Host + "guests: {guest0: {devices: [gpu0], dialect: v3}}",
            Host + "firmware: [{component: gpu0, decoder: 0, base: 0x10_0000_0000, size: 1GiB, type: device}]\nguests: {guest0: {devices: [gpu0], dialect: v3}}"),
        new(DescriptionErrorCode.GuestInterleave, "devices that cannot be one",
            "Interleaved devices are equal in size and coherence. A guest passes on what it has as one device as a whole.",
            Host + "guests: {guest0: {devices: [[gpu0, gpu1]], guests: {inner: {devices: [gpu0]}}}}",
            Host + "guests: {guest0: {devices: [[gpu0, gpu1]], guests: {inner: {devices: [[gpu0, gpu1]]}}}}"),
        new(DescriptionErrorCode.GuestNoWindow, "no window for a guest's device",
            "The host has a window that allows type2 and volatile and leads to the device; for interleaved devices one whose targets are their host bridges, in turn.",
            Host + "guests: {guest0: {devices: [gpu1]}}", Host + "guests: {guest0: {devices: [gpu0]}}"),
        new(DescriptionErrorCode.GuestWindowTooSmall, "a guest's window is too small",
            "Into the window of a guest go the regions of all its devices.",
            Host + "guests: {guest0: {devices: [gpu0], window: 512MiB}}", Host + "guests: {guest0: {devices: [gpu0], window: 1GiB}}"),
        new(DescriptionErrorCode.GuestRegion, "a guest has no such region",
            "A guest's regions are region0, region1 and so on, in the order of the devices that it does not pass on; a device's name will do as well.",
            Host + "guests: {guest0: {devices: [gpu0]}}\nworkloads: {scan: {from: guest0, to: region1}}",
            Host + "guests: {guest0: {devices: [gpu0]}}\nworkloads: {scan: {from: guest0, to: region0}}"),
        new(DescriptionErrorCode.GuestHasEngine, "what the engine of a guest's device cannot do",
            "A guest's driver starts the engine of its device, on the device's own memory or on the guest's. Of interleaved devices the guest sees the first, which does not know its part of the memory.",
            Host + "guests: {guest0: {devices: [[gpu0, gpu1]]}}\nworkloads: {scan: {from: gpu0, to: region0}}",
            Host + "guests: {guest0: {devices: [[gpu0, gpu1]]}}\nworkloads: {scan: {from: gpu0, to: guest0.memory}}"),
        new(DescriptionErrorCode.GuestDeviceParameter, "a parameter that a guest's device cannot have",
            "What a driver declares of a device, and what the guest gets, is no more than the device has; regions are multiples of 256MiB, and each takes a decoder, of the device and of the guest's host bridge, which has 16. What firmware has committed, and the 256MiB of dialect rfc-v2-as-posted, are fixed.",
            Host + "guests: {guest0: {devices: [{device: gpu0, size: 2GiB}]}}", Host + "guests: {guest0: {devices: [{device: gpu0, size: 512MiB, regions: 2}]}}"),
        new(DescriptionErrorCode.GuestGroup, "functions of one device in several hands",
            "Functions of a CXL device can reach each other without passing the IOMMU, and a reset of the device is one for all: they are one IOMMU group. A group has one owner, and none at all "
                + "while a driver of the host has one of its functions. So one guest has all functions of a device that are given away.",
            Functions + "guests: {guest0: {devices: [gpu0]}, guest1: {devices: [gpu0.copy]}}", Functions + "guests: {guest0: {devices: [gpu0, gpu0.copy]}}"),
    ];
}
