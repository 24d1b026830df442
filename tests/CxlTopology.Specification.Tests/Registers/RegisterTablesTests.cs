namespace CxlTopology.Specification.Tests;

public sealed class RegisterTablesTests
{
    [Fact]
    public void Maps_EveryRow_HasANameAndASource()
    {
        Assert.True(RegisterTables.Maps.Count > 40);
        foreach (RegisterMap map in RegisterTables.Maps)
        {
            Assert.Matches("CXL|PCI Express", map.Spec);
            Assert.NotEmpty(map.Fields);
            Assert.All(map.Fields, field => Assert.False(string.IsNullOrWhiteSpace(field.Name)));
            Assert.Equal(map.Fields.Count, map.Fields.Select(field => field.Name).Distinct().Count());
        }

        Assert.Equal(RegisterTables.Maps.Count, RegisterTables.Maps.Select(map => map.Name).Distinct().Count());
    }

    [Fact]
    public void Maps_Rows_DoNotOverlap()
    {
        foreach (RegisterMap map in RegisterTables.Maps)
        {
            foreach (IGrouping<int, RegisterField> register in map.Fields.GroupBy(field => field.Offset))
            {
                uint bits = register.Aggregate(0u, (taken, field) => (taken & field.Mask) == 0 ? taken | field.Mask : 0);
                Assert.NotEqual(0u, bits);
                Assert.Equal(register.Sum(field => field.Msb - field.Lsb + 1), System.Numerics.BitOperations.PopCount(bits));
            }
        }
    }

    [Fact]
    public void Layouts_Blocks_DoNotOverlap()
    {
        foreach (RegisterLayout layout in ProbedLayouts.All)
        {
            (int Offset, int Length)[] places =
            [
                .. layout.Blocks.Select(block => (block.Offset, block.Length))
                    .Concat(layout.Ranges.Select(range => (range.Offset, range.Length))).Order(),
            ];
            Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.First.Offset + pair.First.Length <= pair.Second.Offset));
            Assert.True(places[^1].Offset + places[^1].Length <= layout.Length);
        }
    }

    [Fact]
    public void Markdown_HasEveryRowAndIsTheSameEveryTime()
    {
        string page = RegisterTables.ToMarkdown();
        Assert.Equal(page, RegisterTables.ToMarkdown());
        Assert.DoesNotContain('\r', page);
        int rows = RegisterTables.Maps.Sum(map => map.Fields.Count);
        string blocks = page[page.IndexOf("## Blocks", StringComparison.Ordinal)..];
        Assert.Equal(rows, blocks.Split('\n').Count(line => line.StartsWith("| 0x", StringComparison.Ordinal)));
        Assert.Contains("| 0x0c | 2:2 | Mem Enable | RWL | 0x0 |", page, StringComparison.Ordinal);
        Assert.Contains("| 0x1120 | 0x80 | HDM decoders | their own | |", page, StringComparison.Ordinal);
    }
}
