namespace CxlTopology.Description;

/// <summary>How regions spread over a regular tree: from each level so many branches take part in one region.</summary>
internal static class ShapeSpread
{
    private static readonly int[] legal = [16, 12, 8, 6, 4, 3, 2, 1];

    /// <summary>Branches a region takes on each level, so that the regions cover the tree; null if the ways do not come out.</summary>
    /// <param name="fans">Branches of the tree on each level, host bridges first.</param>
    /// <param name="ways">The ways wanted; null for as many as possible, from the top down.</param>
    /// <param name="portMax">Targets a decoder below the window can list.</param>
    public static int[]? Find(IReadOnlyList<int> fans, int? ways, int portMax)
    {
        int[] taken = new int[fans.Count];
        int product = 1;
        for (int level = 0; level < fans.Count; level++)
        {
            taken[level] = 1;
            foreach (int candidate in legal)
            {
                int next = product * candidate;
                bool fits = ways is int wanted ? wanted % next == 0 : legal.Contains(next);
                if (fans[level] % candidate == 0 && fits && (level == 0 || candidate <= portMax))
                {
                    taken[level] = candidate;
                    break;
                }
            }

            product *= taken[level];
        }

        return ways is null || product == ways ? taken : null;
    }

    /// <summary>Index into each level's branches for the granule at an address, by the rule decoders route by.</summary>
    public static int[] BranchesOf(ulong hpa, int granularity, IReadOnlyList<int> taken)
    {
        int[] branches = new int[taken.Count];
        ulong g = (ulong)granularity;
        for (int level = 0; level < taken.Count; level++)
        {
            int ways = taken[level];
            branches[level] = (int)(hpa / g % (ulong)ways);
            g *= (ulong)(int.IsPow2(ways) ? ways : ways / 3);
        }

        return branches;
    }
}
