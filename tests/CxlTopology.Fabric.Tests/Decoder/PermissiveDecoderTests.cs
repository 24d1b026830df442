using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The permissive profile: any write is taken, any commit succeeds, at once.</summary>
public sealed class PermissiveDecoderTests
{
    private const ulong Base = FabricBench.Base;
    private const ulong Quarter = FabricBench.Quarter;
    private static readonly FabricOptions permissive = new() { Commit = CommitProfile.Permissive };

    [Theory]
    [MemberData(nameof(CommitRefusalTests.OfADevice), MemberType = typeof(CommitRefusalTests))]
    public void Commit_ThatHardwareWouldRefuse_Succeeds(CommitRefusal reason, ulong first, ulong size, uint control, ulong skip, uint capability)
    {
        var bench = new FabricBench(permissive, endpoint: new EndpointOptions { Capacity = new ByteSize(4 * Quarter), HdmCapability = capability, BackInvalidate = true });

        Assert.NotEqual(CommitRefusal.None, reason);
        Assert.Equal(control | 0x400, bench.Program(FabricBench.ToDevice(), 0, first, size, control, skip));
        Assert.Equal(CommitRefusal.None, Assert.Single(bench.Devices[0].Decoders.Touched).LastRefusal);
    }

    [Fact]
    public void Write_WhileCommitted_IsTaken()
    {
        var bench = new FabricBench(permissive);
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, 0x1300);
        bench.Write(FabricBench.ToDevice(), HdmCapabilityRegisters.DecoderOffset(0) + 4, 0x20);

        Assert.Equal(0x20u, bench.Read(FabricBench.ToDevice(), HdmCapabilityRegisters.DecoderOffset(0) + 4).Value);
        Assert.NotNull(bench.Devices[0].Decoders.Find(0x20_0000_0000));
    }

    [Fact]
    public void Commit_OutOfOrder_ClaimsAtAPortAndNotAtAnEndpoint()
    {
        var bench = new FabricBench(permissive);
        bench.Program(FabricBench.ToBridge, 2, Base, Quarter, 0x1200);
        bench.Program(FabricBench.ToDevice(), 2, Base, Quarter, 0x1200);

        Assert.NotNull(bench.Bridge.Decoders!.Find(Base));
        Assert.Null(bench.Devices[0].Decoders.Find(Base)); // the walk stops at the first that is not committed
    }

    [Fact]
    public void Ranges_ThatOverlap_GoToTheFirstDecoder()
    {
        var bench = new FabricBench(permissive);
        bench.Program(FabricBench.ToDevice(), 0, Base + Quarter, Quarter, 0x1200);
        bench.Program(FabricBench.ToDevice(), 1, Base, 3 * Quarter, 0x1200);

        Assert.Equal(0, bench.Devices[0].Decoders.Find(Base + Quarter)!.Index);
        Assert.Equal(1, bench.Devices[0].Decoders.Find(Base)!.Index);
    }

    [Fact]
    public void Memory_WithoutEnable_Answers()
    {
        var bench = new FabricBench(permissive);
        bench.Program(FabricBench.ToBridge, 0, Base, Quarter, 0x1200);
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, 0x1200);

        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base)).Status);
    }
}
