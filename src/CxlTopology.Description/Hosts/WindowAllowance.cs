namespace CxlTopology.Description;

/// <summary>What a window may be used for; the values are the restriction bits of a CFMWS.</summary>
[Flags]
public enum WindowAllowance
{
    /// <summary>Nothing: such a window holds no region.</summary>
    None = 0,

    /// <summary><c>type2</c>: device-coherent memory.</summary>
    Type2 = 1,

    /// <summary><c>type3</c>: host-only coherent memory.</summary>
    Type3 = 2,

    /// <summary><c>volatile</c>: regions of memory <c>ram</c>.</summary>
    Volatile = 4,

    /// <summary><c>persistent</c>: regions of memory <c>pmem</c>.</summary>
    Persistent = 8,

    /// <summary><c>fixed</c>: what firmware has placed must stay where it is.</summary>
    Fixed = 16,

    /// <summary><c>back-invalidate</c>: the window is meant for devices that send back-invalidate snoops.</summary>
    BackInvalidate = 32,
}
