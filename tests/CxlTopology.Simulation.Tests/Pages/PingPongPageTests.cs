namespace CxlTopology.Simulation.Tests.Pages;

public sealed class PingPongPageTests
{
    private static readonly string Page = Repository.Read("docs/ping-pong.md");

    [Fact]
    public void Page_ShowsTheProgramThatIsCompiledHere()
    {
        string source = Repository.Read("tests/CxlTopology.Simulation.Tests/Pages/PingPong.cs");
        int start = source.IndexOf("// <page>\n", StringComparison.Ordinal) + "// <page>\n".Length;
        string program = source[start..source.IndexOf("// </page>", StringComparison.Ordinal)].Trim();

        Assert.Equal(program, Repository.Block(Page, "csharp").Replace("void Main()", "void Play()", StringComparison.Ordinal));
    }

    [Fact]
    public void Page_ShowsWhatTheProgramPrints()
    {
        TextWriter before = Console.Out;
        using var printed = new StringWriter { NewLine = "\n" };
        Console.SetOut(printed);
        try
        {
            PingPong.Play();
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.Equal(Repository.Block(Page, "text"), printed.ToString().TrimEnd());
    }
}
