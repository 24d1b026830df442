namespace CxlTopology.Simulation;

/// <summary>Which worker owns which component: subtrees of supervision stay together, workers get about as many actors each.</summary>
internal static class Partitioning
{
    /// <summary>The owner of every component, by the id of its actor.</summary>
    /// <param name="places">All actors by id.</param>
    /// <param name="workers">How many owners there are.</param>
    public static byte[] Plan(ActorPlace[] places, int workers)
    {
        int[] weight = new int[places.Length];
        int[] above = new int[places.Length];
        var below = new Dictionary<int, List<int>>();
        var frontier = new List<int>();
        for (int id = 1; id < places.Length; id++)
        {
            if (places[id].Actor is not { } actor)
                continue; // set aside
            int component = places[id].Component;
            weight[component]++;
            if (component != id)
                continue;
            above[id] = actor.Parent is { } parent ? parent.component : 0;
            if (above[id] == 0)
                frontier.Add(id);
            else if (below.TryGetValue(above[id], out List<int>? siblings))
                siblings.Add(id);
            else
                below.Add(above[id], [id]);
        }

        // Children have higher ids than their parents: one pass downwards adds up the subtrees.
        int[] tree = (int[])weight.Clone();
        for (int id = places.Length - 1; id > 0; id--)
        {
            if (places[id].Component == id && above[id] != 0)
                tree[above[id]] += tree[id];
        }

        // Open the heaviest subtree until no piece is larger than a fair share; what is opened stands alone.
        long share = Math.Max(1, frontier.Sum(id => (long)tree[id]) / workers);
        while (frontier.Count < 64 * workers)
        {
            int heaviest = frontier.Count == 0 ? -1 : frontier.MaxBy(id => (tree[id], -id));
            if (heaviest < 0 || tree[heaviest] <= share || !below.Remove(heaviest, out List<int>? parts))
                break;
            tree[heaviest] = weight[heaviest];
            frontier.AddRange(parts);
        }

        byte[] owners = new byte[places.Length];
        long[] load = new long[workers];
        bool[] placed = new bool[places.Length];
        foreach (int piece in frontier.OrderByDescending(id => tree[id]).ThenBy(id => id))
        {
            int worker = Array.IndexOf(load, load.Min());
            load[worker] += tree[piece];
            owners[piece] = (byte)worker;
            placed[piece] = true;
        }

        for (int id = 1; id < places.Length; id++)
        {
            if (places[id].Component == id && !placed[id])
                owners[id] = owners[above[id]];
        }

        return owners;
    }
}
