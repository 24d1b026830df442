namespace CxlTopology.Specification;

/// <summary>How a register access was completed.</summary>
public enum IoStatus : byte
{
    /// <summary>It was done.</summary>
    Ok = 0,

    /// <summary>Nothing is there: reads give all ones, writes have no effect.</summary>
    Unsupported = 1,

    /// <summary>The link on the way is down: reads give all ones, writes have no effect.</summary>
    LinkDown = 2,

    /// <summary>No completion came within the completion timeout: reads give all ones, writes may have had their effect.</summary>
    Timeout = 3,

    /// <summary>The function is being reset and answers with retry status: reads give all ones, writes have no effect.</summary>
    InReset = 4,
}
