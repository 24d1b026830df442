namespace CxlTopology.Specification;

/// <summary>Flags of a memory transaction; they live in the model's part of a message's flags.</summary>
[Flags]
public enum AccessFlags : ushort
{
    /// <summary>A whole line, in order.</summary>
    None = 0,

    /// <summary>The data is poisoned.</summary>
    Poison = 1,

    /// <summary>Every hop explains itself (<c>cxltopo decode</c>).</summary>
    Traced = 2,

    /// <summary>The address is that of a 4 KiB page and the argument says which of its 64 lines are meant.</summary>
    Burst = 4,

    /// <summary>The argument says which of the 64 bytes are written (MemWrPtl).</summary>
    Partial = 8,

    /// <summary>The transaction carries no data: only its timing matters.</summary>
    TimingOnly = 16,

    /// <summary>Inside a device: an access of its own engine, or to its memory on its coherence engine's behalf.</summary>
    Local = 32,

    /// <summary>A reset has cost the memory what was written there: the zeros are what is left.</summary>
    Lost = 64,
}
