namespace CxlTopology.Vfio;

/// <summary>What is done, when a device is assigned, with what its memory holds from before.</summary>
public enum VfioScrub
{
    /// <summary>As <see cref="Reset"/> if every device of the region can clear its memory in a CXL reset, else as <see cref="Memory"/>.</summary>
    Automatic,

    /// <summary>A CXL reset with memory clear, before the region is made. A device that cannot is not opened (ENOTTY).</summary>
    Reset,

    /// <summary>All of the region is overwritten with zeros before the device is handed out, in writes of the host: as long as that takes.</summary>
    Memory,

    /// <summary>
    /// A page of 4 KiB is overwritten with zeros when the guest first reads or writes it: pages that it does not touch cost nothing. For devices that leave their memory alone: what a device has put into a page by then is lost, and what was
    /// there before it can read.
    /// </summary>
    Pages,

    /// <summary>Nothing: whoever has the device next can read what is there.</summary>
    None,
}
