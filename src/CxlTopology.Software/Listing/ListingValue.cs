namespace CxlTopology.Software;

/// <summary>A value of a listing: an object, an array, or a scalar that knows in which form it is printed.</summary>
public abstract class ListingValue
{
    private protected ListingValue()
    {
    }
}
