namespace CxlTopology.Description;

/// <summary>What is done with what a device's memory holds from before, when a guest gets the device.</summary>
public enum GuestScrub
{
    /// <summary><c>auto</c>: cleared by a reset if the devices can do that, else overwritten. The default.</summary>
    Automatic,

    /// <summary><c>reset</c>: a CXL reset with memory clear; the guest does not get a device that cannot.</summary>
    Reset,

    /// <summary><c>memory</c>: all of it is overwritten with zeros before the guest gets the device, which takes as long as the writes take.</summary>
    Memory,

    /// <summary><c>pages</c>: each page of 4 KiB is overwritten with zeros before the guest first reads or writes it, which that access waits for; what the device itself has put there is lost.</summary>
    Pages,

    /// <summary><c>none</c>: nothing.</summary>
    None,
}
