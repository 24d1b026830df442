namespace CxlTopology.Description;

/// <summary>Firmware writes one register of the HDM decoder capability.</summary>
public sealed record FirmwareRegister : FirmwareEntry
{
    /// <summary>Offset from the start of the capability: a multiple of 4, inside it (<c>CXT0603</c>).</summary>
    public required int Offset { get; init; }

    /// <summary>The 32 bits written.</summary>
    public required uint Value { get; init; }
}
