namespace CxlTopology.Description;

/// <summary>A key that holds a single value of a type.</summary>
internal sealed class ValueKey<T>(string name, ScalarKind<T> kind, string sentence, string? @default = null, bool required = false)
    : Key(name, kind, sentence, @default, required)
{
    public ScalarKind<T> Scalar => kind;

    /// <inheritdoc/>
    public override void Check(SectionReader section) => section.TryGet(this, out _);
}
