using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class TranslationLinesTests
{
    [Theory]
    [InlineData("""{"dpa":700,"pos":2,"ways":4,"granularity":256,"math":"modulo"}""", """{"hpa":"0xabc"}""")]
    [InlineData("""{"dpa":"0x2bc","pos":"0x2","ways":"0x4","granularity":"0x100","math":"modulo"}""", """{"hpa":"0xabc"}""")]
    [InlineData("""{"hpa":"0xABC","ways":4,"granularity":256,"math":"modulo"}""", """{"dpa":"0x2bc","pos":2}""")]
    [InlineData("""{"hpa":0,"ways":1,"granularity":16384,"math":"modulo","dpa":null}""", """{"dpa":"0x0","pos":0}""")]
    [InlineData("""{"hpa":18446744073709551615,"ways":1,"granularity":256,"math":"modulo"}""", """{"dpa":"0xffffffffffffffff","pos":0}""")]
    [InlineData("""{"dpa":"0x2040","pos":0,"ways":2,"granularity":256,"math":"xor","xormaps":["0x404100"]}""", """{"hpa":"0x4140"}""")]
    [InlineData("""{"dpa":8256,"pos":1,"ways":2,"granularity":256,"math":"xor","xormaps":[4210944,8421888,7]}""", """{"hpa":"0x4040"}""")]
    [InlineData("""{"hpa":"0x48d156","ways":4,"granularity":256,"math":"xor","xormaps":["0x404100","0x808200"]}""",
        """{"dpa":"0x123456","pos":3}""")]
    [InlineData("""{"dpa":"0x2040","pos":0,"ways":2,"granularity":256,"math":"xor","rootWays":1}""", """{"hpa":"0x4040"}""")]
    [InlineData("""{"dpa":"0x410","pos":2,"ways":6,"granularity":256,"math":"xor","rootWays":3,"xormaps":[]}""", """{"hpa":"0x1a10"}""")]
    [InlineData("""{"dpa":"0x2040","pos":0,"ways":4,"granularity":256,"math":"xor","rootWays":2,"xormaps":["0x404100"]}""",
        """{"hpa":"0x8040"}""")]
    public void AnswerLine_GoodRequest_Translates(string line, string answer) => Assert.Equal(answer, TranslationLines.AnswerLine(line));

    [Theory]
    [InlineData("", "the line is not JSON")]
    [InlineData("{", "the line is not JSON")]
    [InlineData("[1]", "the line is not a JSON object")]
    [InlineData("null", "the line is not a JSON object")]
    [InlineData("{}", "ways is missing")]
    [InlineData("""{"ways":2,"math":"modulo","hpa":0}""", "granularity is missing")]
    [InlineData("""{"ways":2,"granularity":256,"hpa":0}""", "math is missing: modulo or xor")]
    [InlineData("""{"ways":2,"granularity":256,"math":"xnor","hpa":0}""", "math is neither modulo nor xor")]
    [InlineData("""{"ways":2,"granularity":256,"math":1,"hpa":0}""", "math is neither modulo nor xor")]
    [InlineData("""{"ways":5,"granularity":256,"math":"modulo","hpa":0}""", "ways 5 is not one of 1, 2, 3, 4, 6, 8, 12, 16")]
    [InlineData("""{"ways":2,"granularity":300,"math":"modulo","hpa":0}""", "granularity 300 is not one of")]
    [InlineData("""{"ways":2,"granularity":4294967552,"math":"modulo","hpa":0}""", "granularity 4294967552 is not one of")]
    [InlineData("""{"ways":4294967298,"granularity":256,"math":"modulo","hpa":0}""", "ways 4294967298 is not one of")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo"}""", "dpa is missing")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","dpa":0}""", "pos is missing")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","pos":0}""", "dpa is missing")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","dpa":0,"pos":0,"hpa":0}""", "hpa goes without dpa and pos")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":0,"pos":0}""", "hpa goes without dpa and pos")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","dpa":0,"pos":2}""", "pos 2 is out of range: 2 ways have positions 0 to 1")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","dpa":0,"pos":4294967296}""", "pos 4294967296 is out of range")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","dpa":0,"pos":-1}""", "pos is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":-4}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":1.5}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":true}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":18446744073709551616}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":"0x10000000000000000"}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":"0x"}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":"12"}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","hpa":"0x-1"}""", "hpa is not a whole number")]
    [InlineData("""{"ways":2,"granularity":256,"math":"modulo","dpa":"0x8000000000000000","pos":0}""", "beyond 64 bits")]
    [InlineData("""{"ways":4,"granularity":256,"math":"xor","hpa":0}""", "4 ways need 2 XOR maps, not 0")]
    [InlineData("""{"ways":2,"granularity":256,"math":"xor","hpa":0,"xormaps":5}""", "xormaps is not an array")]
    [InlineData("""{"ways":2,"granularity":256,"math":"xor","hpa":0,"xormaps":[4352,"x"]}""", "xormaps[1] is not a whole number")]
    [InlineData("""{"ways":4,"granularity":256,"math":"xor","hpa":0,"xormaps":["0x404100","0x808300"]}""", "contains the lowest bit")]
    [InlineData("""{"ways":4,"granularity":256,"math":"xor","hpa":0,"rootWays":7}""", "rootWays 7 is not one of")]
    public void AnswerLine_BadRequest_SaysWhatIsWrong(string line, string problem)
    {
        using var answer = JsonDocument.Parse(TranslationLines.AnswerLine(line));
        JsonProperty only = Assert.Single(answer.RootElement.EnumerateObject());
        Assert.Equal("error", only.Name);
        Assert.Contains(problem, only.Value.GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"ways\":\"\\ud800\"}")]
    [InlineData("{\"math\":\"\\udc00\",\"ways\":2,\"granularity\":256,\"hpa\":1}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("\"\ud800\"")]
    [InlineData("{\"ways\":2}{\"ways\":2}")]
    public void AnswerLine_BrokenText_IsAnError(string line) =>
        Assert.StartsWith("{\"error\":", TranslationLines.AnswerLine(line), StringComparison.Ordinal);

    [Fact]
    public void AnswerLine_TooLong_IsAnError() =>
        Assert.Contains("65536 are read", TranslationLines.AnswerLine(new string(' ', 70_000)), StringComparison.Ordinal);

    [Fact]
    public void AnswerLine_DeepNesting_IsAnError() =>
        Assert.Contains("not JSON", TranslationLines.AnswerLine(new string('[', 5000)), StringComparison.Ordinal);

    [Fact]
    public void AnswerLine_AnyText_AnswersJson() =>
        Prop.ForAll(
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "").ToArbitrary(),
            text =>
            {
                using var answer = JsonDocument.Parse(TranslationLines.AnswerLine(text));
                return answer.RootElement.TryGetProperty("error", out _);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void AnswerLine_ThereAndBack_IsTheIdentity() =>
        Prop.ForAll(
            (from xor in LegalInterleaves.AnyXor from word in LegalInterleaves.Word select (xor.Interleave, xor.Maps, word)).ToArbitrary(),
            x =>
            {
                string fields = $"\"ways\":{x.Interleave.Ways},\"granularity\":{x.Interleave.Granularity},\"math\":\"xor\","
                    + $"\"xormaps\":[{string.Join(',', x.Maps.Maps)}]";
                string device = TranslationLines.AnswerLine($"{{\"hpa\":{x.word},{fields}}}");
                return TranslationLines.AnswerLine($"{device[..^1]},{fields}}}") == $"{{\"hpa\":\"0x{x.word:x}\"}}";
            })
            .QuickCheckThrowOnFailure();
}
