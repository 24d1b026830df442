namespace CxlTopology.Specification;

/// <summary>What a device reaches by its own requests: I/O virtual addresses, in pages of 4 KiB, and where they are in the host.</summary>
/// <remarks>The host's software fills it; the IOMMU asks it for every request, so that what is taken away is gone at once.</remarks>
public interface IDeviceAddressSpace
{
    /// <summary>Bytes of a page.</summary>
    const ulong Page = 4096;

    /// <summary>Of a translation that a device is given, below its page: the device may read there.</summary>
    const ulong MayRead = 1;

    /// <summary>Of a translation that a device is given, below its page: the device may write there.</summary>
    const ulong MayWrite = 2;

    /// <summary>Translates the address of a request of the device, which lies in one page.</summary>
    /// <param name="iova">I/O virtual address.</param>
    /// <param name="isWrite">Whether it writes.</param>
    /// <param name="hostAddress">Where it goes; 0 if it may not be made.</param>
    /// <returns>False if nothing is mapped there, or what is mapped does not allow it.</returns>
    bool TryTranslate(ulong iova, bool isWrite, out ulong hostAddress);

    /// <summary>Tables that are walked one after the other: 1, or one more for each guest that the device was passed on by.</summary>
    int Walks { get; }
}
