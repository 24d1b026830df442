namespace CxlTopology.Software;

/// <summary>What enumeration asks of the half that makes regions.</summary>
public interface IRegionAssembler
{
    /// <summary>An endpoint decoder was found committed: its region is found or constructed, and complete when its last decoder has come.</summary>
    /// <exception cref="ErrnoException">No window covers it, or it does not fit to the others.</exception>
    Task Assemble(CxlEndpointDecoder decoder);

    /// <summary>An endpoint decoder is about to go, with its endpoint: it is taken out of its region, and what the region has committed is reset as far as the hardware still answers.</summary>
    Task Invalidate(CxlEndpointDecoder decoder);
}
