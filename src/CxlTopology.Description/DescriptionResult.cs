namespace CxlTopology.Description;

/// <summary>What became of a topology file.</summary>
/// <param name="Model">The topology; null exactly if there is an error.</param>
/// <param name="Errors">All errors, by position.</param>
public sealed record DescriptionResult(TopologyModel? Model, IReadOnlyList<DescriptionError> Errors);
