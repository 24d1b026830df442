namespace CxlTopology.Specification.Tests;

/// <summary>How long a commit of a BI or cache ID decoder takes at most.</summary>
public sealed class CommitTimeoutTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(3, 5, 5_000)]
    [InlineData(4, 1, 10_000)]
    [InlineData(7, 15, 150_000_000)]
    [InlineData(8, 1, 10_000_000)]
    [InlineData(15, 0, 0)]
    public void Microseconds_OfScaleAndBase_ArePowersOfTen(byte scale, byte value, long expected) =>
        Assert.Equal(expected, CommitTimeout.MicrosecondsOf(scale, value));

    [Fact]
    public void Registers_WithExplicitCommit_SayTenMilliseconds()
    {
        ComponentRegisterLayout layout = ComponentRegisterLayout.Of(new() { Role = ComponentRole.UpstreamPort, BackInvalidate = true, CacheIds = 16, HdmDDevices = 3 });
        var registers = new RegisterBank(layout.Registers);
        RegisterBlock<CacheIdRouteTableRegisters> table = layout.CacheIdRouteTable!;

        Assert.True(registers.Get(layout.BiRouteTable!, BiRouteTableRegisters.ExplicitCommit));
        Assert.Equal(0x1400u, registers.Word(layout.BiRouteTable!.Offset + BiRouteTableRegisters.StatusOffset));
        Assert.Equal((true, 3), (registers.Get(table, table.Table.ExplicitCommit), registers.Get(table, table.Table.HdmDCount)));
        Assert.Equal(0x1400u, registers.Word(table.Offset + CacheIdRouteTableRegisters.StatusOffset));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(16)]
    public void Options_WithImpossiblyManyHdmDDevices_AreRefused(int devices) =>
        Assert.Throws<ArgumentException>(() => ComponentRegisterLayout.Of(new() { Role = ComponentRole.HostBridge, CacheIds = 16, HdmDDevices = devices }));
}
