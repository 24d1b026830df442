namespace CxlTopology.Software;

/// <summary>The forms of scalars in a listing.</summary>
public enum ListingForm
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>An integer, decimal always: ways, granularity, positions, counts.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A 64-bit number: decimal, or for people a string such as <c>"0x110000000"</c>. Zero is then <c>"0"</c>.</summary>
    Hexadecimal,

    /// <summary>Bytes: decimal, or for people a string such as <c>"256.00 MiB (268.44 MB)"</c>. Less than 5,120,000 bytes stay decimal.</summary>
    Size,
}
