namespace CxlTopology.Experiments;

/// <summary>Cuts an access of any address and length into what a requester may issue.</summary>
internal static class TracePiece
{
    /// <summary>The length of the first piece of <paramref name="bytes"/> (1 to 4,096) at <paramref name="address"/>.</summary>
    /// <remarks>
    /// Up to the end of the line where it starts inside one or ends in it; otherwise a burst of whole lines, up to the end of the page.
    /// </remarks>
    public static int FirstLength(ulong address, int bytes)
    {
        int inLine = (int)(address % Access.LineBytes);
        if (inLine != 0 || bytes < Access.LineBytes)
            return Math.Min(bytes, Access.LineBytes - inLine);
        return Math.Min(bytes - bytes % Access.LineBytes, Access.PageBytes - (int)(address % Access.PageBytes));
    }
}
