namespace CxlTopology.Vfio;

/// <summary>What is done, when a device is assigned, with what its memory holds from before.</summary>
public enum VfioScrub
{
    /// <summary>As <see cref="Reset"/> if the device can clear memory in a CXL reset, else as <see cref="Pages"/>.</summary>
    Automatic,

    /// <summary>A CXL reset with memory clear, before the region is made. A device that cannot is not opened (ENOTTY).</summary>
    Reset,

    /// <summary>A page of 4 KiB is overwritten with zeros when it is first read or written: pages that nobody touches cost nothing. What the device itself has put there by then is lost.</summary>
    Pages,

    /// <summary>Nothing: whoever has the device next can read what is there.</summary>
    None,
}
