namespace CxlTopology.Cli.Tests.Commands;

public sealed class SchemaTests
{
    [Fact]
    public void Schema_Output_IsTheShippedFile() => Assert.Equal(File.ReadAllText(Repository.File("topologies", "topology.schema.json")), Cli.Run("schema").Exits(0).Output);
}
