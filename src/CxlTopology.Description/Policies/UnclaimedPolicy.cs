namespace CxlTopology.Description;

/// <summary>How an access completes that no decoder claims.</summary>
public enum UnclaimedPolicy
{
    /// <summary>Reads return poison, writes are dropped.</summary>
    Poison,

    /// <summary>Reads return all ones, writes are dropped.</summary>
    AllOnes,

    /// <summary>Both complete with an error.</summary>
    Error,
}
