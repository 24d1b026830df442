namespace CxlTopology.Fabric;

/// <summary>How HDM decoders take a commit.</summary>
public enum CommitProfile
{
    /// <summary>As the specification has it: illegal programming is refused (Error Not Committed) with a reason code.</summary>
    Strict,

    /// <summary>As QEMU has it: anything commits, and memory answers whether enabled or not. For replaying captured cases.</summary>
    Permissive,
}
