using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

/// <summary>A hundred thousand random writes, of a fixed seed, to the spaces of every component.</summary>
public sealed class RandomTrafficTests
{
    private static readonly ILookup<int, RegisterField>[] rowsByOffset =
    [
        .. ProbedLayouts.All.Select(layout => layout.Blocks
            .SelectMany(block => block.Map.Fields.Select(field => (Offset: block.Offset + field.Offset, Field: field)))
            .ToLookup(row => row.Offset, row => row.Field)),
    ];

    [Fact]
    public void Writes_Random_NeverChangeABitTheRowsKeep()
    {
        Gen<(int, int, int, ulong)> access =
            from space in Gen.Choose(0, ProbedLayouts.All.Count - 1)
            from place in Gen.Choose(0, int.MaxValue)
            from size in Gen.Elements(1, 2, 4, 8)
            from value in Gen.OneOf(Gen.Elements(0UL, ulong.MaxValue), ArbMap.Default.GeneratorFor<ulong>())
            select (space, place, size, value);
        Config config = Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(0x5EED, 0xF00D);
        int written = 0;
        Prop.ForAll(access.ListOf(100).ToArbitrary(), accesses =>
        {
            RegisterBank?[] banks = new RegisterBank?[ProbedLayouts.All.Count];
            foreach ((int space, int place, int size, ulong value) in accesses)
            {
                RegisterLayout layout = ProbedLayouts.All[space];
                RegisterBank bank = banks[space] ??= new RegisterBank(layout);
                int width = Math.Min(size, layout.AccessMax);
                RegisterBlock block = layout.Blocks[place % layout.Blocks.Count];
                int offset = (block.Offset + (place % block.Length)) & ~(width - 1);
                RegisterWrite write = bank.Write(offset, width, value);
                written++;
                if (!IsAllowed(rowsByOffset[space], write))
                    return false;
            }

            return true;
        }).Check(config);
        Assert.True(written >= 100_000);
    }

    private static bool IsAllowed(ILookup<int, RegisterField> rows, RegisterWrite write)
    {
        for (int half = 0; half < 2; half++)
        {
            int offset = write.Offset + (4 * half);
            (uint before, uint after) = ((uint)(write.Before >> (32 * half)), (uint)(write.After >> (32 * half)));
            (uint value, uint enabled) = ((uint)(write.Value >> (32 * half)), (uint)(write.Enabled >> (32 * half)));
            uint changed = before ^ after;
            if ((changed & ~enabled) != 0)
                return false;
            foreach (RegisterField row in rows[offset])
            {
                bool allowed = row.Access switch
                {
                    RegisterAccess.RW or RegisterAccess.RWS => (after & row.Mask & enabled) == (value & row.Mask & enabled),
                    RegisterAccess.RWL => (changed & row.Mask & (after ^ value)) == 0,
                    RegisterAccess.RWO => (before & row.Mask & ~after) == 0,
                    RegisterAccess.RW1C or RegisterAccess.RW1CS => (changed & row.Mask & ~(before & value)) == 0,
                    _ => (changed & row.Mask) == 0,
                };
                if (!allowed)
                    return false;
                changed &= ~row.Mask;
            }

            if (changed != 0)
                return false;
        }

        return true;
    }
}
