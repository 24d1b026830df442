using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Every cause for refusing a commit at every level, by register writes over the fabric: refused with its reason in strict, taken in permissive.</summary>
public sealed class IllegalCommitTests
{
    private const uint CommitBit = 0x200;
    private const uint CommittedBit = 0x400;
    private const uint NotCommittedBit = 0x800;
    private const uint NotStored = CommittedBit | NotCommittedBit;

    public static TheoryData<int> Reachable => [.. Enumerable.Range(0, IllegalCommit.All.Count).Where(i => IllegalCommit.All[i].Unreachable is null)];

    [Theory]
    [MemberData(nameof(Reachable))]
    public void Commit_ThatIsIllegal_IsRefusedWithItsReason(int row)
    {
        IllegalCommit commit = IllegalCommit.All[row];
        var bench = new LevelBench(level: commit.Level, capability: commit.Capability);
        uint control = Play(bench, commit, strict: true);
        Programming last = commit.Steps[^1].Write;

        // COMMIT stays as software wrote it: clearing it is how software acknowledges.
        Assert.Equal(last.Control | NotCommittedBit, control);
        Assert.Equal(commit.Reason, bench.Decoder(commit.Level, last.Decoder).LastRefusal);
        Assert.False(bench.Decoder(commit.Level, last.Decoder).Settings.Committed);
    }

    [Theory]
    [MemberData(nameof(Reachable))]
    public void Commit_ThatIsIllegal_SucceedsInPermissive(int row)
    {
        IllegalCommit commit = IllegalCommit.All[row];
        var bench = new LevelBench(new FabricOptions { Commit = CommitProfile.Permissive }, commit.Level, commit.Capability);
        uint control = Play(bench, commit, strict: false);
        Programming last = commit.Steps[^1].Write;

        Assert.Equal(last.Control | CommittedBit, control);
        Assert.Equal(CommitRefusal.None, bench.Decoder(commit.Level, last.Decoder).LastRefusal);
    }

    [Theory]
    [MemberData(nameof(Reachable))]
    public void Commit_AfterARefusalIsAcknowledged_SucceedsWithLegalSettings(int row)
    {
        IllegalCommit commit = IllegalCommit.All[row];
        var bench = new LevelBench(level: commit.Level, capability: commit.Capability & ~(3u << 21));
        Play(bench, commit with { Capability = commit.Capability & ~(3u << 21) }, strict: true, lastMayCommit: true);
        for (int decoder = 3; decoder >= 0; decoder--)
            bench.SetControl(commit.Level, 0, decoder);
        ulong last = LevelBench.IsPort(commit.Level) ? 0x03020100UL : 0;

        Assert.Equal(0x1200 | CommittedBit, bench.Program(commit.Level, new Programming(LevelBench.Quarter, 0x1200, last)));
    }

    [Fact]
    public void EveryCause_AtEveryLevel_IsReachedOrSaysWhyNot()
    {
        foreach (DecoderLevel level in LevelBench.Levels)
        {
            Assert.Equal(IllegalCommit.Causes, IllegalCommit.All.Where(c => c.Level == level).Select(c => c.Reason).Distinct());
            Assert.All(IllegalCommit.All.Where(c => c.Level == level), c => Assert.Equal(c.Steps.Length == 0, c.Unreachable is not null));
        }
    }

    [Theory]
    [InlineData(DecoderLevel.HostBridge)]
    [InlineData(DecoderLevel.Switch)]
    [InlineData(DecoderLevel.SecondSwitch)]
    [InlineData(DecoderLevel.Type3)]
    [InlineData(DecoderLevel.Type2)]
    public void RegistersThatMakeACauseUnreachable_KeepReadingZero(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, new Programming(ulong.MaxValue, 0x0FFF_C000, 0, ulong.MaxValue));
        uint[] read = bench.ReadAll(level, 0);

        Assert.Equal([0xF000_0000, 0xFFFF_FFFF, 0xF000_0000, 0xFFFF_FFFF, 0u], read[..5]); // alignment, and UIO with its fields
    }

    [Fact]
    public void DecoderLevels_OfTheTable_AreAllThatHaveDecoders()
    {
        // Root ports and downstream ports have none; a bridge that passes through has none either.
        Assert.Equal(3, Enum.GetValues<ComponentKind>().Length);
        Assert.Null(new HostBridge(new HostBridgeOptions { Uid = 1, PassThrough = true }, new FabricOptions()).Decoders);
    }

    private static uint Play(LevelBench bench, IllegalCommit commit, bool strict, bool lastMayCommit = false)
    {
        uint control = 0;
        for (int i = 0; i < commit.Steps.Length; i++)
        {
            Step step = commit.Steps[i];
            control = bench.Program(commit.Level, step.Write);
            if (i == commit.Steps.Length - 1 && (lastMayCommit || strict))
                continue;
            bool commits = (step.Write.Control & CommitBit) != 0;
            bool refused = strict && step.Refused;
            uint expected = !commits ? 0 : refused ? NotCommittedBit : CommittedBit;
            Assert.Equal(expected, control & NotStored);
        }

        return control;
    }
}
