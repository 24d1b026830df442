namespace CxlTopology.Fabric;

/// <summary>How the engine of a device writes lines of the host's memory, and of other devices', that its cache does not own.</summary>
public enum DeviceWrites
{
    /// <summary>Into its own cache (RdOwn, RdOwnNoData). Without one, or while nothing may be kept: whole lines as <see cref="Through"/>, parts as <see cref="Ordered"/>.</summary>
    Keep,

    /// <summary>Whole lines into the host's cache (ItoMWr), parts as <see cref="Keep"/>.</summary>
    Push,

    /// <summary>Whole lines where they are, the host's cache or memory (WrCur), parts as <see cref="Keep"/>.</summary>
    Update,

    /// <summary>To memory, weakly ordered (WOWrInvF, WOWrInv).</summary>
    Through,

    /// <summary>To memory, one after the other as they are made (WrInv).</summary>
    Ordered,
}
