namespace CxlTopology.Description;

/// <summary>The component a firmware entry programs.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Host">Name of the host it belongs to.</param>
/// <param name="Name">Name of the bridge, switch or endpoint.</param>
public sealed record FirmwareComponent(FirmwareTargetKind Kind, string Host, string Name);
