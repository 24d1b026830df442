namespace CxlTopology.Description;

/// <summary>A place in a topology file: line and column, both counted from 1.</summary>
/// <remarks>
/// The column counts UTF-16 code units, as editors' language servers do. What an alias brings in has the position of its anchor. The
/// default,
/// 0:0, means the file as a whole.
/// </remarks>
public readonly record struct SourcePosition(int Line, int Column) : IComparable<SourcePosition>
{
    /// <inheritdoc/>
    public int CompareTo(SourcePosition other) =>
        Line != other.Line ? Line.CompareTo(other.Line) : Column.CompareTo(other.Column);

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Line}:{Column}");
}
