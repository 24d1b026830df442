using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What the checker makes of events, one by one.</summary>
public sealed class CoherenceCheckerTests
{
    private const ulong Line = 0x1000;
    private const ulong LowHalf = 0xFFFF_FFFF;
    private readonly CoherenceLog log = new();
    private readonly CoherenceChecker checker = new();
    private long time;

    public CoherenceCheckerTests() => checker.Add("cache", log);

    [Fact]
    public void Read_AfterWritesOfParts_IsJudgedByAllBytes()
    {
        Write(1, LowHalf);
        Write(2, ~LowHalf);
        Read(Bytes(1, LowHalf, 2));

        Assert.Equal((0, 1), Look());
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    [InlineData(2, 2)]
    public void Read_ThatMissesAWriteOfAPart_IsWrong(byte low, byte high)
    {
        Write(1, LowHalf);
        Write(2, ~LowHalf);
        Read(Bytes(low, LowHalf, high));

        Assert.Equal((1, 1), Look());
    }

    [Fact]
    public void Read_WhileAWriteOfAPartIsUnderWay_MayReturnEither()
    {
        long since = time;
        Write(1, LowHalf);
        Read(Bytes(0, LowHalf, 0), since);
        Read(Bytes(1, LowHalf, 0), since);

        Assert.Equal((0, 2), Look());
    }

    [Fact]
    public void Line_ThatWasLost_IsKnownAgainWhenAllItsPartsAreWritten()
    {
        log.Add(new CoherenceEvent(++time, Line, CoherenceEventKind.Lost, 0, 0));
        Write(1, LowHalf);
        Read(Bytes(7, LowHalf, 7));
        Assert.Equal((0, 0), Look());

        Write(2, ~LowHalf);
        Read(Bytes(1, LowHalf, 2));
        Read(Bytes(7, LowHalf, 7));

        Assert.Equal((1, 2), Look());
    }

    [Fact]
    public void Line_ThatWasLost_IsKnownWhenItsHolderWritesAPart()
    {
        log.Add(new CoherenceEvent(++time, Line, CoherenceEventKind.Lost, 0, 0));
        log.AddData(++time, Line, CoherenceEventKind.Write, Bytes(1, LowHalf, 9), LowHalf, false, isWhole: true);
        Read(Bytes(1, LowHalf, 9));

        Assert.Equal((0, 1), Look());
    }

    [Theory]
    [InlineData(LowHalf, 1)]
    [InlineData(ulong.MaxValue, 0)]
    public void Read_OfGoodDataAfterPoison_IsWrongUnlessAllWasWritten(ulong bytes, int violations)
    {
        Write(1, ulong.MaxValue, poisoned: true);
        Write(2, bytes);
        Read(Bytes(2, bytes, 1));

        Assert.Equal((violations, 1), Look());
    }

    [Fact]
    public void Write_OfAPartThatReachesMemory_HasNotVanished()
    {
        Write(1, LowHalf);
        Store(1, LowHalf);
        Look();

        Assert.Empty(checker.VanishedWrites());
    }

    [Fact]
    public void Write_OfAPartThatIsNowhere_HasVanished()
    {
        Write(1, ulong.MaxValue);
        Store(1, ulong.MaxValue);
        Write(2, ~LowHalf);
        Look();

        Assert.Single(checker.VanishedWrites());
    }

    [Fact]
    public void Poison_ThatIsNotInMemory_HasVanished()
    {
        Write(1, ulong.MaxValue, poisoned: true);
        Store(1, ulong.MaxValue);
        Look();

        Assert.Single(checker.VanishedWrites());
    }

    private static byte[] Bytes(byte low, ulong bytes, byte high) => [.. Enumerable.Range(0, 64).Select(i => (bytes >> i & 1) != 0 ? low : high)];

    private void Write(byte value, ulong bytes, bool poisoned = false) =>
        log.AddData(++time, Line, CoherenceEventKind.Write, Bytes(value, ulong.MaxValue, 0), bytes, poisoned, isWhole: false);

    private void Store(byte value, ulong bytes) => log.AddData(++time, Line, CoherenceEventKind.Stored, Bytes(value, ulong.MaxValue, 0), bytes, false, isWhole: false);

    private void Read(byte[] data, long? since = null)
    {
        time++;
        log.Add(new CoherenceEvent(time, Line, CoherenceEventKind.Read, CoherenceLog.HashOf(data), since ?? time));
    }

    private (long Violations, long Reads) Look()
    {
        checker.Look();
        return (checker.ReadViolations, checker.Reads);
    }
}
