using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The states of a decoder at every level: what a write does to one that is idle, committed, locked or refused, and in which order decoders commit and are released.</summary>
public sealed class LevelStateTests
{
    private const ulong Base = LevelBench.Base;
    private const ulong Quarter = LevelBench.Quarter;
    private const uint Commit = 0x1200;
    private const uint Released = 0x1000;
    private const uint Committed = 0x400;
    private const uint NotCommitted = 0x800;
    private const uint Lock = 0x100;

    public static TheoryData<DecoderLevel> Levels => [.. LevelBench.Levels];

    /// <summary>Every level with every register of a decoder.</summary>
    public static TheoryData<DecoderLevel, int> Registers
    {
        get
        {
            var rows = new TheoryData<DecoderLevel, int>();
            foreach (DecoderLevel level in LevelBench.Levels)
            {
                for (int register = 0; register < 4 * HdmDecoderSettings.Dwords; register += 4)
                    rows.Add(level, register);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_OfLegalSettings_KeepsCommitAndSetsCommitted(DecoderLevel level)
    {
        var bench = new LevelBench();

        Assert.Equal(Commit | Committed, bench.Program(level, Legal()));
        Assert.Same(bench.Decoder(level), bench.Decoders(level).Find(Base));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_OutOfOrder_IsRefusedUntilTheOneBelowIsCommitted(DecoderLevel level)
    {
        var bench = new LevelBench();
        uint early = bench.Program(level, Legal(1));
        CommitRefusal reason = bench.Decoder(level, 1).LastRefusal;
        bench.Program(level, Legal());
        bench.SetControl(level, Released, 1);

        Assert.Equal((Commit | NotCommitted, CommitRefusal.PreviousNotCommitted), (early, reason));
        Assert.Equal(Commit | Committed, bench.Program(level, Legal(1)));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_OfACommittedDecoder_ChangesNothing(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, Legal());
        uint[] before = bench.ReadAll(level, 0);
        bench.SetControl(level, Commit);
        bench.SetControl(level, Commit | Lock | 0x12);

        Assert.Equal(before, bench.ReadAll(level, 0));
        Assert.False(bench.Decoder(level).Settings.Locked);
    }

    [Theory]
    [MemberData(nameof(Registers))]
    public void Write_OfAnIdleDecoder_IsStored(DecoderLevel level, int register)
    {
        var bench = new LevelBench();
        (uint value, uint expected) = register switch
        {
            0x00 or 0x08 => (0xFFFF_FFFFu, 0xF000_0000u),
            0x10 => (0x1136u, 0x1136u),
            0x14 when !LevelBench.IsPort(level) => (0xFFFF_FFFFu, 0xF000_0000u),
            _ => (0x8765_4321u, 0x8765_4321u),
        };
        bench.Write(level, Of(0) + register, value);

        Assert.Equal(expected, bench.Read(level, Of(0) + register));
    }

    [Theory]
    [MemberData(nameof(Registers))]
    public void Write_OfACommittedDecoder_IsIgnored(DecoderLevel level, int register)
    {
        var bench = new LevelBench();
        bench.Program(level, Legal());
        uint[] before = bench.ReadAll(level, 0);
        // Control keeps its commit bit: without, it would be a release.
        bench.Write(level, Of(0) + register, register == 0x10 ? 0x0336u : 0x3000_0003u);

        Assert.Equal(before, bench.ReadAll(level, 0));
    }

    [Theory]
    [MemberData(nameof(Registers))]
    public void Write_OfALockedDecoder_IsIgnored(DecoderLevel level, int register)
    {
        var bench = new LevelBench();
        Assert.Equal(Commit | Lock | Committed, bench.Program(level, Legal() with { Control = Commit | Lock }));
        uint[] before = bench.ReadAll(level, 0);
        bench.Write(level, Of(0) + register, register == 0x10 ? 0u : 0x3000_0003u);

        Assert.Equal(before, bench.ReadAll(level, 0));
    }

    [Theory]
    [MemberData(nameof(Registers))]
    public void Write_OfARefusedDecoder_IsStored(DecoderLevel level, int register)
    {
        var bench = new LevelBench();
        Assert.Equal(Commit | Lock | NotCommitted, bench.Program(level, new Programming(0, Commit | Lock)));
        // Control keeps commit: no new request, and the refusal stands.
        uint value = register == 0x10 ? Commit | 0x12 : 0x3000_0000u;
        bench.Write(level, Of(0) + register, value);

        Assert.Equal(register == 0x10 ? value | NotCommitted : value, bench.Read(level, Of(0) + register));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Release_ClearsCommittedAndFreesTheRegisters(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, Legal());
        bench.SetControl(level, Released);
        bench.Write(level, Of(0) + 8, (uint)(2 * Quarter));

        Assert.Equal(Released, bench.Control(level));
        Assert.Equal((uint)(2 * Quarter), bench.Read(level, Of(0) + 8));
        Assert.Null(bench.Decoders(level).Find(Base));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Release_OfALockedDecoder_IsIgnored(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, Legal() with { Control = Commit | Lock });
        bench.SetControl(level, Released | Lock);
        bench.SetControl(level, 0);

        Assert.Equal(Commit | Lock | Committed, bench.Control(level));
        Assert.Same(bench.Decoder(level), bench.Decoders(level).Find(Base));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Release_OutOfOrder_LeavesTheOneAboveCommitted(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, Legal());
        bench.Program(level, Legal(1));
        bench.SetControl(level, Released);

        Assert.Equal((Released, Commit | Committed), (bench.Control(level), bench.Control(level, 1)));
        Assert.Null(bench.Decoders(level).Find(Base));
        Assert.Same(bench.Decoder(level, 1), bench.Decoders(level).Find(Base + Quarter));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Release_OfARefusedDecoder_ClearsTheError(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, new Programming(0, Commit));
        bench.SetControl(level, Released);

        Assert.Equal(Released, bench.Control(level));
        Assert.Equal(CommitRefusal.None, bench.Decoder(level).LastRefusal);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Commit_OfARefusedDecoderThatWasNotReleased_IsNoNewRequest(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, new Programming(0, Commit));

        Assert.Equal(Commit | NotCommitted, bench.Program(level, Legal()));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Lock_OfOneDecoder_LeavesTheOthersFree(DecoderLevel level)
    {
        var bench = new LevelBench();
        bench.Program(level, Legal() with { Control = Commit | Lock });

        Assert.Equal(Commit | Committed, bench.Program(level, Legal(1)));
        bench.SetControl(level, Released, 1);
        Assert.Equal(Released, bench.Control(level, 1));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Write_OfAllDecodersCommitted_StillFindsEach(DecoderLevel level)
    {
        var bench = new LevelBench();
        for (int decoder = 0; decoder < 4; decoder++)
            Assert.Equal(Commit | Committed, bench.Program(level, Legal(decoder)));

        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(i => bench.Decoders(level).Find(Base + (ulong)i * Quarter)!.Index));
        Assert.Null(bench.Decoders(level).Find(Base + 4 * Quarter));
    }

    private static int Of(int decoder) => HdmCapabilityRegisters.DecoderOffset(decoder);

    private static Programming Legal(int decoder = 0) => new(Quarter, Commit, 0, Base + (ulong)decoder * Quarter, decoder);
}
