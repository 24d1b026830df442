namespace CxlTopology.Specification;

/// <summary>Which reset does what to which registers: the columns of <see cref="SurvivalTable"/> that speak of registers, by their class.</summary>
/// <remarks>
/// Conventional resets (cold, warm, hot) return everything, locks and committed decoders included; cold alone clears what is sticky. A
/// function-level reset leaves all that belongs to CXL.cache and CXL.mem. A CXL reset keeps what CONFIG_LOCK or Lock On Commit holds.
/// </remarks>
public static class ResetRules
{
    private static readonly ResetEffect[,] table = Derive();

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

    private static ResetEffect[,] Derive()
    {
        ResetClass[] classes = Enum.GetValues<ResetClass>();
        ResetKind[] kinds = Enum.GetValues<ResetKind>();
        var effects = new ResetEffect[classes.Length, kinds.Length];
        foreach (ResetClass block in classes)
        {
            foreach (ResetKind kind in kinds)
                effects[(int)block, (int)kind] = Derive(block, kind);
        }

        return effects;
    }

    private static ResetEffect Derive(ResetClass block, ResetKind kind)
    {
        bool Keeps(ResetSubject subject) => SurvivalTable.Of(kind, subject) == Survival.Kept;
        (ResetSubject fields, ResetSubject? locked, ResetSubject? locks) = block switch
        {
            ResetClass.CxlDvsec => (ResetSubject.DvsecFields, ResetSubject.DvsecLockedFields, ResetSubject.DvsecLock),
            ResetClass.HdmDecoder => (ResetSubject.HdmDecoders, ResetSubject.LockedDecoders, ResetSubject.LockedDecoders),
            ResetClass.CacheMem => (ResetSubject.ComponentRegisters, (ResetSubject?)null, (ResetSubject?)null),
            ResetClass.CoherencePath => (ResetSubject.CoherencePath, null, null),
            _ => (ResetSubject.ConfigurationSpace, null, null),
        };
        if (Keeps(fields))
            return ResetEffect.None;
        ResetEffect effect = ResetEffect.Initial;
        if (Keeps(ResetSubject.StickyBits))
            effect |= ResetEffect.KeepSticky;
        if (locked is { } held && Keeps(held))
            effect |= ResetEffect.KeepLocked;
        if (locks is { } once && Keeps(once))
            effect |= ResetEffect.KeepWriteOnce;
        return effect;
    }
}
