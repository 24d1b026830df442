namespace CxlTopology.Software;

/// <summary>A string, number or boolean of a listing.</summary>
public sealed class ListingScalar : ListingValue
{
    private ListingScalar(ListingForm form, string text, ulong number) => (Form, Text, Number) = (form, text, number);

    /// <summary>What it is, and how it is printed.</summary>
    public ListingForm Form { get; }

    /// <summary>The string; empty for numbers and booleans.</summary>
    public string Text { get; }

    /// <summary>The number, in 64 bits (two's complement of a negative integer); 1 for true, 0 for false.</summary>
    public ulong Number { get; }

    /// <summary>A string.</summary>
    public static ListingScalar Of(string text) => new(ListingForm.Text, text, 0);

    /// <summary>An integer that is printed as it is, by people and machines alike.</summary>
    public static ListingScalar Of(long number) => new(ListingForm.Integer, "", (ulong)number);

    /// <summary>True or false.</summary>
    public static ListingScalar Of(bool value) => new(ListingForm.Boolean, "", value ? 1UL : 0);

    /// <summary>An address or identifier: hexadecimal for people.</summary>
    public static ListingScalar Hexadecimal(ulong number) => new(ListingForm.Hexadecimal, "", number);

    /// <summary>An amount of memory: with a unit for people.</summary>
    public static ListingScalar Size(ulong bytes) => new(ListingForm.Size, "", bytes);
}
