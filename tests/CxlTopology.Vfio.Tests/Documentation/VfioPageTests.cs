namespace CxlTopology.Vfio.Tests.Documentation;

/// <summary>The tables of docs/vfio.md are those that the emulation works by. UPDATE_GOLDEN=1 rewrites them.</summary>
public sealed class VfioPageTests
{
    [Theory]
    [InlineData("emulated registers")]
    [InlineData("dialects")]
    public void Page_Tables_AreThoseOfTheEmulation(string which)
    {
        string path = Path.Combine(Root(), "docs", "vfio.md");
        string page = File.ReadAllText(path);
        string first = $"<!-- {which}: begin -->\n";
        int begin = page.IndexOf(first, StringComparison.Ordinal) + first.Length;
        int end = page.IndexOf($"<!-- {which}: end -->\n", StringComparison.Ordinal);
        Assert.InRange(end, begin, page.Length);
        string expected = page[..begin] + (which == "dialects" ? EmulationPage.WriteDialects() : EmulationPage.Write()) + page[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, expected);
        else
            Assert.Equal(expected, page);
    }

    [Fact]
    public void Tables_EveryRegister_HasRulesAndOverlapsNone()
    {
        foreach (IReadOnlyList<EmulatedRegister> table in (IReadOnlyList<EmulatedRegister>[])[DvsecEmulation.Registers, HdmEmulation.Registers(4)])
        {
            int end = 0;
            foreach (EmulatedRegister register in table)
            {
                Assert.True(register.Offset >= end && register.Offset % register.Length == 0, register.Name);
                Assert.NotNull(register.V3);
                end = register.Offset + register.Length;
            }
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the working copy.");
    }
}
