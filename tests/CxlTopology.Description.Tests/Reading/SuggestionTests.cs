namespace CxlTopology.Description.Tests.Reading;

public sealed class SuggestionTests
{
    private static readonly string[] keys = ["memory", "persistent", "decoders", "type", "fabric-latency", "x"];

    [Theory]
    [InlineData("memroy", "memory")]
    [InlineData("Memory", "memory")]
    [InlineData("decoder", "decoders")]
    [InlineData("fabric_latency", "fabric-latency")]
    [InlineData("typ", "type")]
    public void Find_NearWord_IsFound(string word, string expected) => Assert.Equal(expected, Suggestion.Find(word, keys));

    [Theory]
    [InlineData("bandwidth")]
    [InlineData("y")]
    [InlineData("")]
    public void Find_FarWord_IsNotFound(string word) => Assert.Null(Suggestion.Find(word, keys));

    [Fact]
    public void Find_EqualDistances_TakesTheFirst() => Assert.Equal("gpu0", Suggestion.Find("gpu9", ["gpu0", "gpu1", "gpu2"]));

    [Fact]
    public void Find_EndlessCandidates_Ends() => Assert.Null(Suggestion.Find("gpu9", Enumerable.Repeat("something-else", int.MaxValue)));
}
