namespace CxlTopology.Description;

/// <summary>What is done with what a device's memory holds from before, when a guest gets the device.</summary>
public enum GuestScrub
{
    /// <summary><c>auto</c>: cleared by a reset if the device can do that, else page by page. The default.</summary>
    Automatic,

    /// <summary><c>reset</c>: a CXL reset with memory clear; the guest does not get a device that cannot.</summary>
    Reset,

    /// <summary><c>pages</c>: each page of 4 KiB is overwritten with zeros before it is first read or written, which that access waits for.</summary>
    Pages,

    /// <summary><c>none</c>: nothing.</summary>
    None,
}
