namespace CxlTopology.Vfio;

/// <summary>What can be mapped of a BAR that holds component registers: everything but them.</summary>
public static class SparseAreas
{
    /// <summary>The areas, ascending.</summary>
    /// <param name="dialect">As posted a block at the start leaves one area and any other block two, even if one of them is of no bytes.</param>
    /// <param name="bar">Bytes of the BAR.</param>
    /// <param name="block">Where in it the 64 KiB of component registers start.</param>
    public static IReadOnlyList<VfioArea> Around(VfioDialect dialect, ulong bar, ulong block)
    {
        ulong end = block + CxlRegisterInfo.BlockLength;
        VfioArea[] areas = block == 0 ? [new VfioArea(end, bar - end)] : [new VfioArea(0, block), new VfioArea(end, bar - end)];
        return dialect == VfioDialect.RfcV2AsPosted ? areas : [.. areas.Where(a => a.Size != 0)];
    }
}
