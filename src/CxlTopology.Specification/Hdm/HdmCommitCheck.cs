namespace CxlTopology.Specification;

/// <summary>The checks hardware makes before an HDM decoder commits, as a pure function (the strict profile).</summary>
/// <remarks>
/// In the order of the codes of <see cref="CommitRefusal"/>, the first that fails decides: the range by itself, the interleave against the
/// capability, the neighbours, then targets (ports) or device memory (endpoints), last the coherency type.
/// </remarks>
public static class HdmCommitCheck
{
    /// <summary>Why the decoder does not commit; <see cref="CommitRefusal.None"/> if it does.</summary>
    public static CommitRefusal Check(in HdmCommitContext context)
    {
        HdmDecoderSettings settings = context.Settings;
        CommitRefusal refusal = CheckRange(settings);
        if (refusal != CommitRefusal.None)
            return refusal;
        if (!InterleaveGranularity.TryDecode(settings.EncodedGranularity, out _))
            return CommitRefusal.GranularityReserved;
        if (settings.Interleave is not Interleave interleave)
            return CommitRefusal.WaysReserved;

        refusal = CheckInterleave(settings, interleave, context.Capability);
        if (refusal == CommitRefusal.None)
            refusal = CheckNeighbours(context);
        if (refusal == CommitRefusal.None)
            refusal = settings.Kind == ComponentKind.Endpoint ? CheckDeviceMemory(context, interleave) : CheckTargets(context, interleave);
        return refusal == CommitRefusal.None ? CheckType(settings, context.Capability) : refusal;
    }

    /// <summary>A sentence on a refusal for people, without a full stop.</summary>
    public static string Describe(CommitRefusal refusal) => refusal switch
    {
        CommitRefusal.None => "commits",
        CommitRefusal.SizeZero => "the size is 0",
        CommitRefusal.RangeMisaligned => "base and size have to be multiples of 256 MiB",
        CommitRefusal.RangeTooHigh => "base plus size reaches past 2^52",
        CommitRefusal.GranularityReserved => "the granularity code is reserved: 0 to 6 are 256 B to 16 KiB",
        CommitRefusal.WaysReserved => "the ways code is reserved: 0 to 4 are 1, 2, 4, 8, 16 ways and 8 to 10 are 3, 6, 12",
        CommitRefusal.WaysUnsupported => "the component does not interleave over so many ways",
        CommitRefusal.GranularityUnsupported => "the component cannot select a target by these address bits",
        CommitRefusal.SizeNotDivisible => "the size is not a multiple of ways times granularity",
        CommitRefusal.PreviousNotCommitted => "the decoder below is not committed; decoders commit in ascending order",
        CommitRefusal.OverlapsPrevious => "the base lies below the end of the decoder below; ranges ascend and do not overlap",
        CommitRefusal.OverlapsNext => "the end lies above the base of the next committed decoder",
        CommitRefusal.TooManyTargets => "the port has fewer targets than ways",
        CommitRefusal.TargetMissing => "a target names a port that does not exist",
        CommitRefusal.TargetDuplicate => "two targets name the same port",
        CommitRefusal.DpaOverrun => "the DPA skip and the share of the range reach past the device's capacity",
        CommitRefusal.TypeUnsupported => "the component does not support the target range type",
        CommitRefusal.BackInvalidateUnsupported => "BI is set on a host-only coherent range",
        CommitRefusal.UioUnsupported => "UIO is set and the component does not support it",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a refusal code."),
    };

    private static CommitRefusal CheckRange(in HdmDecoderSettings settings)
    {
        ulong first = settings.Base.Value;
        ulong size = settings.Size.Bytes;
        if (size == 0)
            return CommitRefusal.SizeZero;
        if ((first | size) % FixedMemoryWindow.Alignment != 0)
            return CommitRefusal.RangeMisaligned;
        return first >= FixedMemoryWindow.AddressLimit || size > FixedMemoryWindow.AddressLimit - first
            ? CommitRefusal.RangeTooHigh
            : CommitRefusal.None;
    }

    private static CommitRefusal CheckInterleave(in HdmDecoderSettings settings, Interleave interleave, HdmCapability capability)
    {
        if (!capability.SupportsWays(interleave.Ways))
            return CommitRefusal.WaysUnsupported;
        if (!capability.SupportsAddressBitsOf(interleave))
            return CommitRefusal.GranularityUnsupported;
        return settings.Size.Bytes % (ulong)(interleave.Ways * interleave.Granularity) != 0
            ? CommitRefusal.SizeNotDivisible
            : CommitRefusal.None;
    }

    private static CommitRefusal CheckNeighbours(in HdmCommitContext context)
    {
        ulong first = context.Settings.Base.Value;
        if (context.Previous is HdmDecoderSettings previous)
        {
            if (!previous.Committed)
                return CommitRefusal.PreviousNotCommitted;
            if (first < previous.Base.Value || first - previous.Base.Value < previous.Size.Bytes)
                return CommitRefusal.OverlapsPrevious;
        }

        // The range check has bounded the sum.
        return context.NextCommitted is HdmDecoderSettings next && first + context.Settings.Size.Bytes > next.Base.Value
            ? CommitRefusal.OverlapsNext
            : CommitRefusal.None;
    }

    private static CommitRefusal CheckTargets(in HdmCommitContext context, Interleave interleave)
    {
        int ways = interleave.Ways;
        if (ways > context.Capability.TargetCount || ways > HdmDecoderRegisters.TargetSlots)
            return CommitRefusal.TooManyTargets;

        for (int slot = 0; slot < ways; slot++)
        {
            if (!context.Ports.Contains(context.Settings.TargetAt(slot)))
                return CommitRefusal.TargetMissing;
        }

        for (int slot = 1; slot < ways; slot++)
        {
            for (int earlier = 0; earlier < slot; earlier++)
            {
                if (context.Settings.TargetAt(slot) == context.Settings.TargetAt(earlier))
                    return CommitRefusal.TargetDuplicate;
            }
        }

        return CommitRefusal.None;
    }

    private static CommitRefusal CheckDeviceMemory(in HdmCommitContext context, Interleave interleave)
    {
        if (context.DpaBase > context.DpaCapacity)
            return CommitRefusal.DpaOverrun;
        ulong free = context.DpaCapacity - context.DpaBase;
        ulong skip = context.Settings.DpaSkip.Bytes;
        return skip > free || context.Settings.Size.Bytes / (ulong)interleave.Ways > free - skip
            ? CommitRefusal.DpaOverrun
            : CommitRefusal.None;
    }

    private static CommitRefusal CheckType(in HdmDecoderSettings settings, HdmCapability capability)
    {
        CoherencyModels refused = settings.TargetRangeType == TargetRangeType.HostOnly
            ? CoherencyModels.DeviceCoherent
            : CoherencyModels.HostOnly;
        if (capability.CoherencyModels == refused)
            return CommitRefusal.TypeUnsupported;
        if (settings.BackInvalidate && settings.TargetRangeType == TargetRangeType.HostOnly)
            return CommitRefusal.BackInvalidateUnsupported;
        return settings.Uio && !capability.Uio ? CommitRefusal.UioUnsupported : CommitRefusal.None;
    }
}
