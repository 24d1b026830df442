using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Addresses as topology files and command lines write them.</summary>
public static class Addresses
{
    /// <summary>Reads <c>0x10_0000_0040</c>, decimal digits or a size such as <c>64GiB</c>; false for anything else.</summary>
    public static bool TryParse(string text, out ulong address)
    {
        Parsed<Hpa> parsed = QuantityParser.Address(text);
        address = parsed.Value.Value;
        return parsed.Problem is null;
    }
}
