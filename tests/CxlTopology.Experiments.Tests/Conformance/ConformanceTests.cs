namespace CxlTopology.Experiments.Tests.Conformance;

public sealed class ConformanceTests
{
    private static readonly string golden = Path.Combine(Root(), "tests", "golden");

    public static string Golden(string folder) => Path.Combine(golden, folder);

    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        foreach (string file in Directory.EnumerateFiles(golden, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            cases.Add(Path.GetRelativePath(golden, file));
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Run_OfAMeasuredCase_FindsNoDifference(string file)
    {
        ConformanceResult result = Experiments.Conformance.Run(DecodeCase.Parse(File.ReadAllText(Path.Combine(golden, file))));

        Assert.Empty(result.Differences);
        Assert.True(result.Samples >= 320);
    }

    [Fact]
    public void Cases_AreAllThere() => Assert.Equal(32, Cases().Count);

    [Fact]
    public void Run_WithAWrongSample_SaysWhichAndWhatWasMeasured()
    {
        DecodeCase subject = DecodeCase.Parse(File.ReadAllText(Path.Combine(golden, "qemu", "qemu-09-2hb-g256.json")));
        CaseSample first = subject.Samples[0];
        DecodeCase wrong = subject with { Samples = [first with { Dpa = first.Dpa + 64 }, .. subject.Samples.Skip(1)] };

        ConformanceResult result = Experiments.Conformance.Run(wrong);

        string difference = Assert.Single(result.Differences);
        Assert.Contains($"0x{first.Hpa:x}", difference, StringComparison.Ordinal);
        Assert.Contains($"measured {first.Device} 0x{first.Dpa + 64:x}", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAWrongRegister_SaysWhich()
    {
        DecodeCase subject = DecodeCase.Parse(File.ReadAllText(Path.Combine(golden, "qemu", "qemu-09-2hb-g256.json")));
        CaseRegister register = subject.ReadBack.First(r => r.HdmOffset == 0x20);
        DecodeCase wrong = subject with { ReadBack = [register with { Value = register.Value ^ 1 }] };

        ConformanceResult result = Experiments.Conformance.Run(wrong);

        Assert.Contains("register 0x20", Assert.Single(result.Differences), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithAnUnknownComponent_IsAFormatError()
    {
        DecodeCase subject = DecodeCase.Parse(File.ReadAllText(Path.Combine(golden, "qemu", "qemu-09-2hb-g256.json")));
        DecodeCase wrong = subject with { Programming = [subject.Programming[0] with { Component = "hb9" }] };

        Assert.Contains("hb9", Assert.Throws<FormatException>(() => Experiments.Conformance.Run(wrong)).Message, StringComparison.Ordinal);
    }

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests run inside the repository.");
    }
}
