namespace CxlTopology.Experiments.Tests;

/// <summary>Takes accesses out of a source, and sees that each keeps the rules every consumer relies on.</summary>
internal static class Drain
{
    public static List<Access> All(IAccessSource source, int most = 1_000_000)
    {
        var accesses = new List<Access>();
        while (source.TryNext(out Access access))
        {
            Assert.True(accesses.Count < most, "the source has no end");
            AssertLegal(access);
            accesses.Add(access);
        }

        Assert.False(source.TryNext(out Access after));
        Assert.Equal(default, after);
        return accesses;
    }

    public static List<Access> Take(IAccessSource source, int count)
    {
        var accesses = new List<Access>(count);
        for (int i = 0; i < count; i++)
        {
            Assert.True(source.TryNext(out Access access));
            AssertLegal(access);
            accesses.Add(access);
        }

        return accesses;
    }

    private static void AssertLegal(Access access)
    {
        ulong last = access.Offset + (ulong)access.Bytes - 1;
        if (access.IsBurst)
        {
            Assert.Equal(0UL, access.Offset % 64);
            Assert.Equal(0, access.Bytes % 64);
            Assert.Equal(access.Offset / 4096, last / 4096);
            Assert.Equal(access.Bytes / 64, access.Lines);
        }
        else
        {
            Assert.InRange(access.Bytes, 1, 64);
            Assert.Equal(access.Offset / 64, last / 64);
            Assert.Equal(1, access.Lines);
        }
    }
}
