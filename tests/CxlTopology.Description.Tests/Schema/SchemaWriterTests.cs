namespace CxlTopology.Description.Tests.Schema;

public sealed class SchemaWriterTests
{
    [Fact]
    public void Write_Schema_IsTheShippedFile() => Golden.Match(Repository.Folder("topologies", "topology.schema.json"), SchemaWriter.Write());

    [Fact]
    public void Write_Twice_IsTheSame() => Assert.Equal(SchemaWriter.Write(), SchemaWriter.Write());
}
