using CxlTopology.Description;
using CxlTopology.Software;

namespace CxlTopology.Experiments;

/// <summary>What to do about a guest that does not run.</summary>
internal static class GuestAdvice
{
    /// <summary>A sentence for the person who wrote the file.</summary>
    /// <param name="guest">The guest.</param>
    /// <param name="stage">How far it came.</param>
    /// <param name="errno">What the call failed with.</param>
    public static string For(GuestModel guest, GuestStage stage, Errno errno)
    {
        string devices = string.Join(", ", guest.Devices.Select(d => d.Name));
        string on = guest.Outer ?? guest.Host.Name;
        return errno switch
        {
            Errno.ENOTTY when guest.Scrub == GuestScrub.Reset => $"Give {devices} \"cxl: {{reset: true, memory-clear: true}}\", or {guest.Name} \"scrub: pages\".",
            Errno.ENOTTY => $"Give {devices} the kind of reset that was asked for, or ask for another.",
            Errno.EOPNOTSUPP when guest.Dialect == GuestDialect.V3 => $"Dialect v3 takes one decoder of one device that firmware committed; take \"dialect: rfc-v2\" for anything else.",
            Errno.ENOSPC when stage == GuestStage.Incomplete && guest.Dialect == GuestDialect.RfcV2AsPosted =>
                $"As posted the guest sees what firmware of the host committed as it is, and cannot use it: take \"dialect: rfc-v2\", or let firmware commit nothing of {devices}.",
            Errno.ENOSPC when stage == GuestStage.Incomplete => $"Make the window of {guest.Name} larger.",
            Errno.ENOSPC => $"Make a window of {on} larger that allows type2 and volatile and leads to {devices}, or pass fewer devices through.",
            Errno.ENOMEM => $"Give {on} more memory, or its guests less.",
            Errno.EBUSY => $"Take {devices} away from the region or the guest that has it; or, if decoders commit in another order, list the guests by the addresses of their windows, the lowest first.",
            Errno.ETIMEDOUT => $"{devices} took too long. If to be reset: shorten \"reset: {{time}}\" of the endpoint, or give {guest.Name} \"scrub: pages\"; if until memory was ready: "
                + "shorten \"media-ready\" of the endpoint, or give the device of the guest a longer \"media-timeout\".",
            Errno.EIO => $"{devices} could not be cleared of what it held before: see \"reset: {{outcome}}\" of the endpoint, or give {guest.Name} \"scrub: pages\".",
            Errno.ENXIO => $"Look at what \"cxltopo list --on {on} -vvv\" says of {devices}: its ports and decoders have to be enumerated.",
            Errno.ENODEV when guest.Outer is { } outer => $"See why {outer} does not run, or has not found {devices}.",
            Errno.ENODEV => $"Give {devices} the registers of a CXL device, HDM decoders among them.",
            _ => $"See what docs/vfio.md says of {errno}.",
        };
    }
}
