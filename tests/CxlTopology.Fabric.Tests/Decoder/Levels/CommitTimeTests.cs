using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Commits that take time, at every level: pending until then, then committed or refused; and commits that never end.</summary>
public sealed class CommitTimeTests
{
    private const ulong Quarter = LevelBench.Quarter;
    private const uint Commit = 0x1200;
    private const uint Released = 0x1000;
    private const uint Committed = 0x400;
    private const uint NotCommitted = 0x800;
    private const uint Lock = 0x100;
    private static readonly int control = HdmCapabilityRegisters.DecoderOffset(0) + HdmDecoderRegisters.ControlOffset;
    private static readonly SimDuration millisecond = SimDuration.FromMilliseconds(1);
    private static readonly HardwareDelay commitTime = HardwareDelay.Of(SimDuration.FromMicroseconds(2_500));

    public static TheoryData<DecoderLevel> Levels => [.. LevelBench.Levels];

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_ThatTakesTime_IsPendingUntilThen(DecoderLevel level)
    {
        var bench = new LevelBench(commitTime: commitTime);
        bench.Program(level, new Programming(Quarter, Released));
        Probe[] looks = [bench.ToRead(level, control), bench.ToRead(level, control), bench.ToRead(level, control), bench.ToRead(level, control)];
        bench.RunPaced(millisecond, [bench.ToWrite(level, control, Commit), .. looks]);

        Assert.Equal([Commit, Commit, Commit | Committed, Commit | Committed], looks.Select(l => (uint)l.Answer.Value));
        Assert.NotNull(bench.Decoders(level).Find(LevelBench.Base));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_ThatIsIllegal_IsRefusedWhenItsTimeIsOver(DecoderLevel level)
    {
        var bench = new LevelBench(commitTime: commitTime);
        Probe[] looks = [bench.ToRead(level, control), bench.ToRead(level, control), bench.ToRead(level, control)];
        bench.RunPaced(millisecond, [bench.ToWrite(level, control, Commit), .. looks]);

        Assert.Equal([Commit, Commit, Commit | NotCommitted], looks.Select(l => (uint)l.Answer.Value));
        Assert.Equal(CommitRefusal.SizeZero, bench.Decoder(level).LastRefusal);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Write_OfAPendingDecoder_IsIgnored(DecoderLevel level)
    {
        var bench = new LevelBench(commitTime: commitTime);
        bench.Program(level, new Programming(Quarter, Released));
        int first = HdmCapabilityRegisters.DecoderOffset(0);
        uint[] before = bench.ReadAll(level, 0);
        bench.RunPaced(
            SimDuration.FromMicroseconds(10),
            [
                bench.ToWrite(level, control, Commit),
                .. Enumerable.Range(0, HdmDecoderSettings.Dwords).Select(i => bench.ToWrite(level, first + 4 * i, 4 * i == 0x10 ? Commit | Lock | 0x12 : 0x3000_0001)),
            ]);

        before[4] = Commit | Committed;
        Assert.Equal(before, bench.ReadAll(level, 0));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Release_OfAPendingDecoder_Cancels(DecoderLevel level)
    {
        var bench = new LevelBench(commitTime: commitTime);
        bench.Program(level, new Programming(Quarter, Released));
        bench.RunPaced(millisecond, bench.ToWrite(level, control, Commit | Lock), bench.ToWrite(level, control, Released));

        Assert.Equal(Released, bench.Control(level));
        Assert.Null(bench.Decoders(level).Find(LevelBench.Base));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_AfterACancelledOne_TakesItsOwnTime(DecoderLevel level)
    {
        var bench = new LevelBench(commitTime: commitTime);
        bench.Program(level, new Programming(Quarter, Released));
        Probe[] looks = [bench.ToRead(level, control), bench.ToRead(level, control), bench.ToRead(level, control)];
        // The first would have been done at 2.5 ms, the second is at 4.5 ms.
        bench.RunPaced(
            millisecond, bench.ToWrite(level, control, Commit), bench.ToWrite(level, control, Released), bench.ToWrite(level, control, Commit), looks[0], looks[1], looks[2]);

        Assert.Equal([Commit, Commit, Commit | Committed], looks.Select(l => (uint)l.Answer.Value));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_ThatNeverEnds_StaysPendingUntilReleased(DecoderLevel level)
    {
        var bench = new LevelBench(commitTime: HardwareDelay.Never);
        uint pending = bench.Program(level, new Programming(Quarter, Commit));
        bench.SetControl(level, Released);

        Assert.Equal((Commit, Released), (pending, bench.Control(level)));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_InPermissive_TakesItsTimeAsWell(DecoderLevel level)
    {
        var bench = new LevelBench(new FabricOptions { Commit = CommitProfile.Permissive }, commitTime: commitTime);
        Probe[] looks = [bench.ToRead(level, control), bench.ToRead(level, control)];
        bench.RunPaced(SimDuration.FromMilliseconds(2), bench.ToWrite(level, control, Commit), looks[0], looks[1]);

        Assert.Equal([Commit, Commit | Committed], looks.Select(l => (uint)l.Answer.Value));
    }

    [Fact]
    public void Decoders_ThatCommitOneAfterTheOther_AreJudgedInTurn()
    {
        var bench = new LevelBench(commitTime: commitTime);
        int second = HdmCapabilityRegisters.DecoderOffset(1) + HdmDecoderRegisters.ControlOffset;
        bench.Program(DecoderLevel.Type3, new Programming(Quarter, Released));
        bench.Program(DecoderLevel.Type3, new Programming(Quarter, Released, 0, LevelBench.Base + Quarter, 1));
        bench.RunPaced(millisecond, bench.ToWrite(DecoderLevel.Type3, control, Commit), bench.ToWrite(DecoderLevel.Type3, second, Commit));

        Assert.Equal((Commit | Committed, Commit | Committed), (bench.Control(DecoderLevel.Type3), bench.Control(DecoderLevel.Type3, 1)));
    }

    [Fact]
    public void CommitTime_OfMoreThanASecond_IsRefused()
    {
        var options = new HostBridgeOptions { Uid = 1, CommitTime = HardwareDelay.Of(SimDuration.FromSeconds(1) + SimDuration.FromPicoseconds(1)) };

        Assert.Contains("at most", Assert.Throws<ArgumentOutOfRangeException>(() => new HostBridge(options, new FabricOptions())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithPendingCommits_IsTheSameTwice()
    {
        ulong Digest()
        {
            var bench = new LevelBench(commitTime: commitTime);
            bench.Program(DecoderLevel.Switch, new Programming(Quarter, Commit));
            return bench.Agent.Result!.Digest;
        }

        Assert.Equal(Digest(), Digest());
    }
}
