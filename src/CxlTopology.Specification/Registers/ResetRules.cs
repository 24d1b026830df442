namespace CxlTopology.Specification;

/// <summary>Which reset does what to which registers, as one table.</summary>
/// <remarks>
/// Conventional resets (cold, warm, hot) return everything, locks and committed decoders included; cold alone clears what is sticky. A
/// function-level reset leaves all that belongs to CXL.cache and CXL.mem. A CXL reset keeps what CONFIG_LOCK or Lock On Commit holds.
/// </remarks>
public static class ResetRules
{
    private const ResetEffect Everything = ResetEffect.Initial;
    private const ResetEffect AllButSticky = ResetEffect.Initial | ResetEffect.KeepSticky;
    private const ResetEffect AllButLocked = AllButSticky | ResetEffect.KeepWriteOnce | ResetEffect.KeepLocked;

    // One row a class; columns in the order of ResetKind: cold, warm, hot, function, CXL.
    private static readonly ResetEffect[,] table =
    {
        { Everything, AllButSticky, AllButSticky, AllButSticky, AllButSticky },
        { Everything, AllButSticky, AllButSticky, ResetEffect.None, AllButLocked },
        { Everything, AllButSticky, AllButSticky, ResetEffect.None, AllButLocked },
        { Everything, AllButSticky, AllButSticky, ResetEffect.None, AllButSticky },
    };

    /// <summary>What a reset does to a block of a class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or reset.</exception>
    public static ResetEffect EffectOf(ResetClass block, ResetKind reset)
    {
        if ((uint)block >= (uint)table.GetLength(0))
            throw new ArgumentOutOfRangeException(nameof(block), block, "Not a class of registers.");
        return (uint)reset < (uint)table.GetLength(1)
            ? table[(int)block, (int)reset]
            : throw new ArgumentOutOfRangeException(nameof(reset), reset, "Not a kind of reset.");
    }
}
