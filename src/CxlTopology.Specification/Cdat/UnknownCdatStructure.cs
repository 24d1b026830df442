namespace CxlTopology.Specification;

/// <summary>A structure of a type nobody here knows, kept as it was read. Software passes over it.</summary>
/// <remarks>Two are equal if they share their array.</remarks>
public sealed record UnknownCdatStructure : CdatStructure
{
    private readonly byte[] content;

    internal UnknownCdatStructure(byte type, ReadOnlySpan<byte> structure)
    {
        Type = type;
        content = structure[HeaderLength..].ToArray();
    }

    /// <inheritdoc/>
    public override byte Type { get; }

    /// <summary>What follows the header.</summary>
    public ReadOnlyMemory<byte> Content => content;

    /// <inheritdoc/>
    public override int Length => HeaderLength + content.Length;

    private protected override void WriteFields(Span<byte> structure) => content.CopyTo(structure[HeaderLength..]);
}
