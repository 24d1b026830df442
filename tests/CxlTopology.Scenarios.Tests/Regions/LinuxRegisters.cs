using System.Numerics;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>What Linux programs for a region, worked out from the positions of its devices alone, beside what the hardware holds.</summary>
internal static class LinuxRegisters
{
    private const uint Committed = 0x1600; // host-only, committed, commit

    public static void AssertProgrammed(CoreMachine machine, CxlRegion region, string context)
    {
        int root = region.Root.Interleave.Ways;
        Dictionary<CxlPort, List<int>> targets = TargetsOf(region);
        foreach (CxlEndpointDecoder target in region.Targets.Select(t => t!))
        {
            AssertDecoder(machine, region, target, region.Ways, region.Granularity, target.DpaSkip.Bytes, context);
            int granularity = region.Granularity * (BitOperations.IsPow2(root) ? root : root / 3);
            foreach (CxlPort port in PathTo(target))
            {
                List<int> list = targets[port];
                CxlDecoder decoder = port.Decoders.Single(d => d.Region == region);
                if (port.HdmDecoders != 0)
                    AssertDecoder(machine, region, decoder, list.Count, granularity, Packed(list), context);
                granularity *= list.Count;
            }
        }
    }

    /// <summary>The ports that each port leads to, by number, in the order in which positions come to them first.</summary>
    private static Dictionary<CxlPort, List<int>> TargetsOf(CxlRegion region)
    {
        var targets = new Dictionary<CxlPort, List<int>>();
        foreach (CxlEndpointDecoder target in region.Targets.Select(t => t!))
        {
            for (CxlPort below = target.Port; below.Parent is { Kind: not CxlPortKind.Root } port; below = port)
            {
                targets.TryAdd(port, []);
                if (!targets[port].Contains(below.ParentDport!.Id))
                    targets[port].Add(below.ParentDport.Id);
            }
        }

        return targets;
    }

    private static List<CxlPort> PathTo(CxlEndpointDecoder target)
    {
        var path = new List<CxlPort>();
        for (CxlPort port = target.Port.Parent!; port.Kind != CxlPortKind.Root; port = port.Parent!)
            path.Insert(0, port);
        return path;
    }

    private static ulong Packed(List<int> targets) => targets.Select((number, slot) => (ulong)number << (8 * slot)).Aggregate((a, b) => a | b);

    private static void AssertDecoder(CoreMachine machine, CxlRegion region, CxlDecoder decoder, int ways, int granularity, ulong last, string context)
    {
        uint interleave = (uint)Interleave.Of(ways, granularity).EncodedWays << 4 | Interleave.Of(ways, granularity).EncodedGranularity;
        AssertWide(HdmDecoderRegisters.BaseOffset, region.Base.Value);
        AssertWide(HdmDecoderRegisters.SizeOffset, region.Size.Bytes);
        AssertWide(HdmDecoderRegisters.TargetsOffset, last);
        AssertIs(HdmDecoderRegisters.ControlOffset, Committed | interleave);

        void AssertWide(int offset, ulong value)
        {
            AssertIs(offset, (uint)value);
            AssertIs(offset + 4, (uint)(value >> 32));
        }

        void AssertIs(int offset, uint expected)
        {
            uint value = machine.Register(decoder, offset);
            Assert.True(expected == value, $"{decoder.Name} of {region.Name} offset 0x{offset:x}: 0x{value:x8} instead of 0x{expected:x8}; {context}");
        }
    }
}
