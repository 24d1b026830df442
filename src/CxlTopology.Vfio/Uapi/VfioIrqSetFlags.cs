namespace CxlTopology.Vfio;

/// <summary>What a set-irqs request does: exactly one kind of data, exactly one action.</summary>
[Flags]
public enum VfioIrqSetFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>No data: all vectors named.</summary>
    DataNone = 1,

    /// <summary>A byte a vector: whether it is meant.</summary>
    DataBool = 2,

    /// <summary>A signed 32-bit file descriptor a vector; -1 takes it away.</summary>
    DataEventfd = 4,

    /// <summary>Masks.</summary>
    Mask = 8,

    /// <summary>Unmasks.</summary>
    Unmask = 16,

    /// <summary>Arms (with eventfds), fires (without), or disables (count 0).</summary>
    Trigger = 32,

    /// <summary>The kinds of data.</summary>
    Data = DataNone | DataBool | DataEventfd,

    /// <summary>The actions.</summary>
    Action = Mask | Unmask | Trigger,
}
