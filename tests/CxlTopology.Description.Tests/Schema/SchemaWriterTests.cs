using System.Text.Json.Nodes;

namespace CxlTopology.Description.Tests.Schema;

public sealed class SchemaWriterTests
{
    private static JsonSchemaCheck Schema { get; } = new(JsonNode.Parse(SchemaWriter.Write())!.AsObject());

    [Fact]
    public void Write_Schema_IsTheShippedFile() =>
        Golden.Match(Repository.Folder("topologies", "topology.schema.json"), SchemaWriter.Write());

    [Theory]
    [MemberData(nameof(ShippedFileTests.Files), MemberType = typeof(ShippedFileTests))]
    public void Schema_ShippedFile_Matches(string file) =>
        Assert.Empty(ProblemsOf(File.ReadAllText(Repository.Folder("topologies", file))));

    [Theory]
    [InlineData("unknown-key-endpoint.yaml")]
    [InlineData("size-decimal-unit.yaml")]
    [InlineData("link-rate.yaml")]
    [InlineData("granularity-three.yaml")]
    [InlineData("pattern-word.yaml")]
    [InlineData("version-two.yaml")]
    [InlineData("targets-scalar.yaml")]
    [InlineData("type-missing.yaml")]
    public void Schema_BadFile_DoesNotMatch(string file) =>
        Assert.NotEmpty(ProblemsOf(File.ReadAllText(Repository.Folder("tests", "CxlTopology.Description.Tests", "bad", file))));

    private static string[] ProblemsOf(string text)
    {
        SourceText source = new(text);
        return [.. Schema.Check(new YamlTreeReader(source, new ErrorSink("f", source)).Read()!)];
    }
}
