using System.Globalization;

namespace CxlTopology.Software;

/// <summary>An array of a listing.</summary>
public sealed class ListingArray : ListingValue
{
    /// <summary>Its elements, in the order of printing.</summary>
    public List<ListingValue> Items { get; } = [];

    /// <summary>Sorts objects by the ids in their names, which come first in them: <c>mem2</c> before <c>mem10</c>, <c>decoder1.0</c> before <c>decoder1.1</c>.</summary>
    internal void SortById()
    {
        ListingValue[] sorted = [.. Items.OrderBy(IdsOf)];
        Items.Clear();
        Items.AddRange(sorted);
    }

    private static (int First, int Second) IdsOf(ListingValue item)
    {
        string name = item is ListingObject { Members: [{ Value: ListingScalar first }, ..] } ? first.Text : "";
        string[] ids = name[name.AsSpan().IndexOfAnyInRange('0', '9')..].Split('.');
        return (int.Parse(ids[0], CultureInfo.InvariantCulture), ids.Length < 2 ? 0 : int.Parse(ids[1], CultureInfo.InvariantCulture));
    }
}
