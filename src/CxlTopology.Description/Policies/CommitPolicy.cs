namespace CxlTopology.Description;

/// <summary>What a decoder checks before it commits.</summary>
public enum CommitPolicy
{
    /// <summary>The specification's checks; a refusal sets Error Not Committed.</summary>
    Strict,

    /// <summary>Nothing: whatever is programmed commits.</summary>
    Permissive,
}
