namespace CxlTopology.Vfio.Tests.Documentation;

/// <summary>The tables of docs/vfio.md are those that the emulation works by. UPDATE_GOLDEN=1 rewrites them.</summary>
public sealed class VfioPageTests
{
    private const string Begin = "<!-- emulated registers: begin -->\n";
    private const string End = "<!-- emulated registers: end -->\n";

    [Fact]
    public void Page_Tables_AreThoseOfTheEmulation()
    {
        string path = Path.Combine(Root(), "docs", "vfio.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        string expected = page[..begin] + EmulationPage.Write() + page[end..];
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
