using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What the passthrough of accelerators needs of the host's CXL core. Calls fail with <see cref="ErrnoException"/>.</summary>
public interface IPassthroughCore
{
    /// <summary>Takes a device, with the host addresses of its committed regions, before anybody opens it: it is nobody else's until <see cref="Release"/>.</summary>
    /// <returns>Its committed regions, by id; null if the core knows no memory device of it, and nothing is taken.</returns>
    /// <exception cref="ErrnoException">EBUSY: a user, or a driver of the host, has it.</exception>
    IReadOnlyList<PassthroughRegion>? Claim(PciDevice function);

    /// <summary>Gives it up.</summary>
    void Release(PciDevice function);

    /// <summary>Adds a device to the core as an accelerator's memory device: ports and endpoint decoders come with it.</summary>
    /// <param name="function">The function.</param>
    /// <param name="capacity">Its volatile memory.</param>
    /// <param name="isClaimed">The caller has taken it (<see cref="Claim"/>).</param>
    /// <exception cref="ErrnoException">EBUSY: it was added, and not taken away yet, or is somebody else's.</exception>
    Task<PassthroughMemdev> AddMemdev(PciDevice function, ByteSize capacity, bool isClaimed = false);

    /// <summary>Takes it away again, and the ports that nobody else needs.</summary>
    Task RemoveMemdev(PassthroughMemdev memdev);

    /// <summary>Committed regions that the device has a part in, by id.</summary>
    IReadOnlyList<PassthroughRegion> CommittedRegions(PassthroughMemdev memdev);

    /// <summary>The largest free range of host addresses that volatile, device-coherent memory of devices can have, interleaved over them in this order; 0 if no window leads to them.</summary>
    ByteSize FreeHostRange(IReadOnlyList<PassthroughMemdev> memdevs);

    /// <summary>Takes device memory for a region.</summary>
    Task<PassthroughDpa> RequestDpa(PassthroughMemdev memdev, ByteSize size);

    /// <summary>Gives it back.</summary>
    Task FreeDpa(PassthroughDpa dpa);

    /// <summary>Makes a region of what was taken, interleaved over all of it in this order, and commits every decoder on the way.</summary>
    Task<PassthroughRegion> CreateRegion(IReadOnlyList<PassthroughDpa> parts);

    /// <summary>Decommits the decoders of a region and takes the endpoint decoders out of it.</summary>
    Task Detach(PassthroughRegion region);

    /// <summary>Gives up the hold on the root decoder that making a region took.</summary>
    void PutRoot(PassthroughRegion region);

    /// <summary>Whether a device can be reset by CXL reset, and clear its memory in it.</summary>
    /// <param name="function">The function.</param>
    /// <param name="clearsMemory">Ask for the clearing too.</param>
    Task<bool> CanReset(PciDevice function, bool clearsMemory);

    /// <summary>A CXL reset. Afterwards configuration, DVSEC and decoders are as before.</summary>
    /// <param name="function">The function.</param>
    /// <param name="clearsMemory">Device memory is zero afterwards.</param>
    Task Reset(PciDevice function, bool clearsMemory);
}
