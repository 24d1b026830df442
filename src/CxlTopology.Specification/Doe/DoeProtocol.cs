namespace CxlTopology.Specification;

/// <summary>What a DOE mailbox can be asked: one vendor's one type of data object, and the answers.</summary>
public abstract class DoeProtocol
{
    /// <summary>A protocol.</summary>
    /// <param name="vendor">The vendor id of its objects.</param>
    /// <param name="type">The type the vendor gave them.</param>
    protected DoeProtocol(ushort vendor, byte type)
    {
        Vendor = vendor;
        Type = type;
    }

    /// <summary>The vendor id of its objects.</summary>
    public ushort Vendor { get; }

    /// <summary>The type the vendor gave them.</summary>
    public byte Type { get; }

    /// <summary>The answer to a request.</summary>
    /// <param name="request">What follows the header of the request, of any length and content.</param>
    /// <returns>What follows the header of the response; null if the request is discarded, as one that makes no sense is.</returns>
    public abstract uint[]? Answer(ReadOnlySpan<uint> request);
}
