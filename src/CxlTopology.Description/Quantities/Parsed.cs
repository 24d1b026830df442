namespace CxlTopology.Description;

/// <summary>A value, or why there is none.</summary>
internal readonly record struct Parsed<T>(T Value, Problem? Problem)
{
    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(Problem problem) => new(default!, problem);
}
