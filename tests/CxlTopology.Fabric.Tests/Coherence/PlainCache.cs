using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The same cache with a field for everything, and nothing remembered between two looks.</summary>
internal sealed class PlainCache(ReplacementPolicy policy, int sets, int ways)
{
    private readonly long[] stamps = new long[sets * ways];
    private long clock;

    public ulong[] Tags { get; } = new ulong[sets * ways];

    public LineState[] States { get; } = new LineState[sets * ways];

    public bool[] Locked { get; } = new bool[sets * ways];

    public bool[] Poisoned { get; } = new bool[sets * ways];

    public int Find(ulong line) => Of(line).Where(f => Tags[f] == line && States[f] != LineState.Invalid).DefaultIfEmpty(-1).First();

    public void Touch(int frame)
    {
        if (policy == ReplacementPolicy.Lru)
            stamps[frame] = ++clock;
    }

    public int Choose(ulong line)
    {
        int victim = -1;
        int candidates = 0;
        foreach (int frame in Of(line))
        {
            if (States[frame] == LineState.Invalid)
                return frame;
            if (Locked[frame])
                continue;
            candidates++;
            if (victim < 0 || (policy == ReplacementPolicy.Random ? StableHash.Mix((ulong)++clock) % (ulong)candidates == 0 : stamps[frame] < stamps[victim]))
                victim = frame;
        }

        return victim;
    }

    public void Install(int frame, ulong line, LineState state)
    {
        (Tags[frame], States[frame], Locked[frame], Poisoned[frame]) = (line, state, false, false);
        stamps[frame] = ++clock;
    }

    private IEnumerable<int> Of(ulong line) => Enumerable.Range((int)((line >> 6) % (ulong)sets) * ways, ways);
}
