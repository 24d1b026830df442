using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The state machine of a decoder under the strict profile, by register writes over the fabric alone.</summary>
public sealed class HdmDecoderStateTests
{
    private const ulong Base = FabricBench.Base;
    private const ulong Quarter = FabricBench.Quarter;
    private const uint Commit = 0x1200;
    private const uint Committed = 0x400;
    private const uint NotCommitted = 0x800;
    private const uint Lock = 0x100;
    private static readonly int control = HdmCapabilityRegisters.DecoderOffset(0) + HdmDecoderRegisters.ControlOffset;

    [Fact]
    public void Commit_OfLegalSettings_SetsCommittedAndKeepsCommit()
    {
        var bench = new FabricBench();

        Assert.Equal(Commit | Committed, bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit));
        Assert.Equal(CommitRefusal.None, Assert.Single(bench.Devices[0].Decoders.Touched).LastRefusal);
    }

    [Fact]
    public void Commit_OfWorkedControlWords_ReadsBackAsMeasured()
    {
        var bench = new FabricBench(ports: 2);

        Assert.Equal(0x1613u, bench.Program(FabricBench.ToBridge, 0, Base, 2 * Quarter, 0x1213, 0x0100));
        Assert.Equal(0x600u, bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, 0x200));
        Assert.Equal(0x700u, bench.Program(FabricBench.ToDevice(1), 0, Base, Quarter, 0x300));
    }

    [Theory]
    [InlineData(0x00, 0xF000_0000u)]
    [InlineData(0x04, 0x55u)]
    [InlineData(0x08, 0xF000_0000u)]
    [InlineData(0x0C, 1u)]
    [InlineData(0x14, 0x1000_0000u)]
    [InlineData(0x18, 1u)]
    public void Write_BeforeCommit_IsStored(int register, uint value)
    {
        var bench = new FabricBench();
        int offset = HdmCapabilityRegisters.DecoderOffset(0) + register;
        bench.Write(FabricBench.ToDevice(), offset, value);

        Assert.Equal((IoStatus.Ok, value), bench.Read(FabricBench.ToDevice(), offset));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x04)]
    [InlineData(0x08)]
    [InlineData(0x0C)]
    [InlineData(0x10)]
    [InlineData(0x14)]
    [InlineData(0x18)]
    public void Write_WhileCommitted_IsIgnored(int register)
    {
        var bench = new FabricBench(endpoint: new EndpointOptions { Capacity = new ByteSize(8 * Quarter) });
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit, Quarter);
        int offset = HdmCapabilityRegisters.DecoderOffset(0) + register;
        (_, uint before) = bench.Read(FabricBench.ToDevice(), offset);
        // Control keeps its commit bit: without, it would be a release.
        bench.Write(FabricBench.ToDevice(), offset, register == 0x10 ? 0x1212u : 0x3000_0003);

        Assert.Equal((IoStatus.Ok, before), bench.Read(FabricBench.ToDevice(), offset));
    }

    [Fact]
    public void Release_ByClearingCommit_UncommitsAndUnfreezes()
    {
        var bench = new FabricBench();
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit);
        bench.Write(FabricBench.ToDevice(), control, 0x1000);
        bench.Write(FabricBench.ToDevice(), control - 0x10 + 8, (uint)(2 * Quarter));

        Assert.Equal(0x1000u, bench.Read(FabricBench.ToDevice(), control).Value);
        Assert.Equal((uint)(2 * Quarter), bench.Read(FabricBench.ToDevice(), control - 0x10 + 8).Value);
    }

    [Fact]
    public void Release_ThenCommit_TakesTheNewSettings()
    {
        var bench = new FabricBench();
        bench.Enable(0);
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit);
        bench.Write(FabricBench.ToDevice(), control, 0x1000);

        Assert.Equal(Commit | Committed, bench.Program(FabricBench.ToDevice(), 0, Base + Quarter, Quarter, Commit));
        Assert.Null(bench.Devices[0].Decoders.Find(Base));
        Assert.NotNull(bench.Devices[0].Decoders.Find(Base + Quarter));
    }

    [Fact]
    public void Release_AfterARefusal_ClearsErrorNotCommitted()
    {
        var bench = new FabricBench();
        Assert.Equal(Commit | NotCommitted, bench.Program(FabricBench.ToDevice(), 0, Base, 0, Commit));
        bench.Write(FabricBench.ToDevice(), control, 0x1000);

        Assert.Equal(0x1000u, bench.Read(FabricBench.ToDevice(), control).Value);
        Assert.Equal(CommitRefusal.None, Assert.Single(bench.Devices[0].Decoders.Touched).LastRefusal);
    }

    [Fact]
    public void Commit_AfterARefusalWithoutClearingIt_IsNoNewRequest()
    {
        var bench = new FabricBench();
        bench.Program(FabricBench.ToDevice(), 0, Base, 0, Commit);

        // Commit was one before: writing one again is no transition.
        Assert.Equal(Commit | NotCommitted, bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit));
    }

    [Fact]
    public void Commit_AfterARefusalIsCleared_Succeeds()
    {
        var bench = new FabricBench();
        bench.Program(FabricBench.ToDevice(), 0, Base, 0, Commit);
        bench.Write(FabricBench.ToDevice(), control, 0);

        Assert.Equal(Commit | Committed, bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit));
    }

    [Theory]
    [InlineData(0x00, 0x2000_0000u)]
    [InlineData(0x08, 0x3000_0000u)]
    [InlineData(0x10, 0u)]
    [InlineData(0x10, 0x1000u)]
    public void Lock_OnCommit_FreezesEvenTheRelease(int register, uint value)
    {
        var bench = new FabricBench();
        Assert.Equal(Commit | Lock | Committed, bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit | Lock));
        int offset = control - 0x10 + register;
        (_, uint before) = bench.Read(FabricBench.ToDevice(), offset);
        bench.Write(FabricBench.ToDevice(), offset, value);

        Assert.Equal(before, bench.Read(FabricBench.ToDevice(), offset).Value);
        Assert.True(Assert.Single(bench.Devices[0].Decoders.Touched).Settings.Locked);
    }

    [Fact]
    public void Lock_OfARefusedDecoder_DoesNotFreeze()
    {
        var bench = new FabricBench();
        Assert.Equal(Commit | Lock | NotCommitted, bench.Program(FabricBench.ToDevice(), 0, Base, 0, Commit | Lock));
        bench.Write(FabricBench.ToDevice(), control, 0);

        Assert.Equal(Commit | Committed, bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit));
    }

    [Fact]
    public void Write_OfCommittedBit_HasNoEffect()
    {
        var bench = new FabricBench();
        bench.Write(FabricBench.ToDevice(), control, Committed | NotCommitted);

        Assert.Equal(0u, bench.Read(FabricBench.ToDevice(), control).Value);
    }

    [Fact]
    public void Decoder_WhileReleased_ClaimsNothing()
    {
        var bench = new FabricBench();
        bench.Enable(0);
        bench.Program(FabricBench.ToBridge, 0, Base, Quarter, Commit);
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit);
        AccessStatus before = bench.Run(Probe.Read(Base)).Status;
        bench.Write(FabricBench.ToBridge, control, 0x1000);

        Assert.Equal(AccessStatus.Ok, before);
        Assert.Equal(AccessStatus.NoDecoder, bench.Run(Probe.Read(Base)).Status);
    }
}
