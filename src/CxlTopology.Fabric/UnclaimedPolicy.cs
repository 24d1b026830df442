namespace CxlTopology.Fabric;

/// <summary>What completes an access that nothing claims. It is counted under its reason whatever the policy.</summary>
public enum UnclaimedPolicy
{
    /// <summary>Reads return poisoned zeros; writes are dropped.</summary>
    Poison,

    /// <summary>Reads return all ones, unpoisoned; writes are dropped.</summary>
    AllOnes,

    /// <summary>Reads return an error without data; writes are dropped.</summary>
    Error,
}
