using static CxlTopology.Specification.ResetEvent;
using static CxlTopology.Specification.ResetSubject;

namespace CxlTopology.Specification.Tests;

public sealed class SurvivalTableTests
{
    [Fact]
    public void Table_IsTheShippedPage() => Assert.Equal(ReadPage(), SurvivalTable.ToMarkdown());

    [Theory]
    [InlineData(FunctionLevelReset, HdmDecoders, Survival.Kept)]
    [InlineData(FunctionLevelReset, ConfigurationSpace, Survival.Lost)]
    [InlineData(CxlReset, HdmDecoders, Survival.Lost)]
    [InlineData(CxlReset, LockedDecoders, Survival.Kept)]
    [InlineData(CxlReset, DvsecLock, Survival.Kept)]
    [InlineData(CxlReset, Cache, Survival.WrittenBack)]
    [InlineData(CxlReset, VolatileMemory, Survival.ClearedIfEnabled)]
    [InlineData(HotReset, LockedDecoders, Survival.Lost)]
    [InlineData(HotReset, DvsecLock, Survival.Lost)]
    [InlineData(HotReset, StickyBits, Survival.Kept)]
    [InlineData(LinkDown, Cache, Survival.Lost)]
    [InlineData(WarmReset, VolatileMemory, Survival.AsConfigured)]
    [InlineData(ColdReset, StickyBits, Survival.Lost)]
    [InlineData(ColdReset, PersistentMemory, Survival.Kept)]
    [InlineData(PersistentFlush, Cache, Survival.WrittenBack)]
    [InlineData(PersistentFlush, ConfigurationSpace, Survival.Kept)]
    [InlineData(FunctionLevelReset, OtherCxlFunctions, Survival.Kept)]
    [InlineData(CxlReset, OtherCxlFunctions, Survival.Lost)]
    [InlineData(CxlReset, NonCxlFunctions, Survival.Kept)]
    [InlineData(HotReset, NonCxlFunctions, Survival.Lost)]
    [InlineData(LogicalDeviceReset, ConfigurationSpace, Survival.Kept)]
    [InlineData(LogicalDeviceReset, LockedDecoders, Survival.Lost)]
    [InlineData(LogicalDeviceReset, VolatileMemory, Survival.AsConfigured)]
    [InlineData(FunctionLevelReset, Engines, Survival.Stopped)]
    [InlineData(PersistentFlush, Engines, Survival.Kept)]
    public void Cell_IsWhatTheSpecificationHas(ResetEvent happened, ResetSubject subject, Survival expected) =>
        Assert.Equal(expected, SurvivalTable.Of(happened, subject));

    [Fact]
    public void LinkDown_IsAHotReset()
    {
        foreach (ResetSubject subject in Enum.GetValues<ResetSubject>())
            Assert.Equal(SurvivalTable.Of(HotReset, subject), SurvivalTable.Of(LinkDown, subject));
    }

    [Fact]
    public void Table_HasNothingOutside()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SurvivalTable.Of((ResetEvent)8, Cache));
        Assert.Throws<ArgumentOutOfRangeException>(() => SurvivalTable.Of(CxlReset, (ResetSubject)15));
        Assert.Throws<ArgumentOutOfRangeException>(() => SurvivalTable.EventOf((ResetKind)5));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 100)]
    [InlineData(2, 1_000)]
    [InlineData(3, 10_000)]
    [InlineData(4, 100_000)]
    [InlineData(5, 100_000)]
    [InlineData(7, 100_000)]
    public void ResetTimeout_OfACode_IsItsTime(byte code, int milliseconds) => Assert.Equal(milliseconds, CxlResetTimeout.MillisecondsOf(code));

    private static string ReadPage()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "CxlTopology.sln")))
            folder = folder.Parent;
        return File.ReadAllText(Path.Combine(folder.FullName, "docs", "resets.md")).ReplaceLineEndings("\n");
    }
}
