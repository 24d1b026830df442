using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Fabric.Tests;

/// <summary>In random trees, with the ways of some devices opened, snoops and answers arrive at the right agents, and at no others.</summary>
public sealed class PathProperties
{
    private const int DevicesMax = 8; // as many as a component has decoders for

    [Fact]
    public void Tree_OfAnyShape_DeliversToTheRightAgents()
    {
        Gen<(int[] Shape, int Open)> cases = Gen.Choose(0, 999).ArrayOf(24).SelectMany(shape => Gen.Choose(0, (1 << DevicesMax) - 1).Select(open => (shape, open)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(cases.ToArbitrary(), c => Delivers(c.Shape, c.Open)));
    }

    private static bool Delivers(int[] shape, int open)
    {
        var draws = new Queue<int>(shape);
        int left = DevicesMax;
        List<TreeNode> first = Below(draws, 0, ref left);
        List<TreeNode> second = left > 0 ? Below(draws, 0, ref left) : [];
        var bench = new PathBench(second.Count > 0 ? [first, second] : [first], opens: false);
        int count = bench.Devices.Count;
        bool[] opened = [.. Enumerable.Range(0, count).Select(d => (open >> d & 1) != 0)];
        bench.Do(async os =>
        {
            for (int device = count - 1; device >= 0; device--)
            {
                if (opened[device])
                    await bench.Open(os, device);
            }
        });
        bool good = bench.Log.Count == 0;
        for (int device = 0; device < count; device++)
        {
            long[] before = [.. bench.Devices.Select(d => d.Coherence!.Statistics.BackInvalidates)];
            ulong own = PathBench.AddressOf(device);
            bench.OfHost(own, isWrite: true);
            good &= bench.OfDevice(device, own) == (opened[device] ? AccessStatus.Ok : AccessStatus.NoBackInvalidate);
            for (int other = 0; other < count; other++)
                good &= bench.Devices[other].Coherence!.Statistics.BackInvalidates - before[other] == (other == device && opened[other] ? 1 : 0);
            ulong line = 0x8000 + 64 * (ulong)device;
            good &= bench.OfDevice(device, line) == (opened[device] ? AccessStatus.Ok : AccessStatus.NoCacheId);
        }

        for (int device = 0; device < count; device++)
        {
            long[] before = [.. bench.Devices.Select(d => d.Coherence!.Statistics.Snoops)];
            bench.OfHost(0x8000 + 64 * (ulong)device);
            for (int other = 0; other < count; other++)
                good &= bench.Devices[other].Coherence!.Statistics.Snoops - before[other] == (other == device && opened[other] ? 1 : 0);
        }

        return good && bench.Host.Home!.Active == 0 && bench.Devices.All(d => d.Coherence!.Active == 0)
            && !CoherenceChecker.Disagreements(bench.Host.Home, [.. bench.Devices.Select(d => d.Coherence!)]).Any();
    }

    private static List<TreeNode> Below(Queue<int> draws, int depth, ref int left)
    {
        var nodes = new List<TreeNode>();
        int ports = 1 + (draws.TryDequeue(out int drawn) ? drawn % 3 : 0);
        for (int port = 0; port < ports && left > 0; port++)
        {
            bool isSwitch = depth < 3 && draws.TryDequeue(out int kind) && kind % 2 == 0;
            if (isSwitch)
            {
                nodes.Add(TreeNode.Switch([.. Below(draws, depth + 1, ref left)]));
                continue;
            }

            nodes.Add(TreeNode.Device);
            left--;
        }

        return nodes;
    }
}
