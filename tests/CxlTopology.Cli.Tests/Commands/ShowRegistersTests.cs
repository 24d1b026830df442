namespace CxlTopology.Cli.Tests.Commands;

public sealed class ShowRegistersTests
{
    [Fact]
    public void ShowRegisters_IsTheShippedPage() => Golden.Match(Repository.File("docs", "registers.md"), Cli.Run("show", "registers").Exits(0).Output);
}
