namespace CxlTopology.Description;

/// <summary>Something firmware writes before software starts, in the order of the file.</summary>
public abstract record FirmwareEntry
{
    /// <summary>The component written to.</summary>
    public required FirmwareComponent Component { get; init; }

    /// <summary>Where the entry begins in the file.</summary>
    public SourcePosition Position { get; init; }
}
