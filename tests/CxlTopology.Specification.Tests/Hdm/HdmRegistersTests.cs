namespace CxlTopology.Specification.Tests;

public sealed class HdmRegistersTests
{
    [Theory]
    [InlineData(ComponentKind.HostBridge)]
    [InlineData(ComponentKind.UpstreamPort)]
    [InlineData(ComponentKind.Endpoint)]
    public void Control_Writable_Is13FF(ComponentKind kind)
    {
        RegisterMap map = HdmDecoderRegisters.For(kind).Map;
        Assert.Equal(0x13FFu, map.WritableAt(0x10));
        Assert.Equal(0x13FFu, map.LockableAt(0x10));
        Assert.Equal(0x33FFu, HdmDecoderRegisters.For(kind, backInvalidate: true).Map.WritableAt(0x10));
    }

    [Fact]
    public void GlobalControl_Writable_Is3()
    {
        Assert.Equal(0x3u, HdmCapabilityRegisters.Map.WritableAt(0x04));
        Assert.Equal(0u, HdmCapabilityRegisters.Map.WritableAt(0x00));
    }

    [Theory]
    [InlineData(ComponentKind.HostBridge, 0xFFFF_FFFFu)]
    [InlineData(ComponentKind.UpstreamPort, 0xFFFF_FFFFu)]
    [InlineData(ComponentKind.Endpoint, 0xF000_0000u)]
    public void AddressesAndTargets_Writable_AreTheirFields(ComponentKind kind, uint lastLow)
    {
        RegisterMap map = HdmDecoderRegisters.For(kind).Map;
        uint[] masks = Array.ConvertAll([0x00, 0x04, 0x08, 0x0C, 0x14, 0x18], map.WritableAt);
        Assert.Equal([0xF000_0000u, 0xFFFF_FFFFu, 0xF000_0000u, 0xFFFF_FFFFu, lastLow, 0xFFFF_FFFFu], masks);
        Assert.Equal(0u, map.WritableAt(0x1C));
    }

    [Fact]
    public void For_UnknownKind_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => HdmDecoderRegisters.For((ComponentKind)3));

    [Fact]
    public void DecoderOffset_CountsInThirtyTwoBytes()
    {
        Assert.Equal(0x10, HdmCapabilityRegisters.DecoderOffset(0));
        Assert.Equal(0x70, HdmCapabilityRegisters.DecoderOffset(3));
    }

    [Theory]
    [InlineData(0x0000_1B12u, 4, 1, true, true)]
    [InlineData(0x0000_0382u, 4, 8, false, false)]
    public void Capability_SeenInQemu_Reads(uint word, int decoders, int targets, bool threeWays, bool sixteenWays)
    {
        HdmCapability capability = new(word);
        Assert.Equal((decoders, targets), (capability.DecoderCount, capability.TargetCount));
        Assert.Equal(0x7F00UL, capability.InterleaveAddressBits);
        Assert.Equal((threeWays, sixteenWays), (capability.SupportsWays(12), capability.SupportsWays(16)));
        Assert.Equal(CoherencyModels.Unknown, capability.CoherencyModels);
    }

    [Theory]
    [InlineData(1, 16384, 0x00Cu, true)]
    [InlineData(3, 16384, 0x00Cu, true)]
    [InlineData(2, 2048, 0x100u, true)]
    [InlineData(2, 4096, 0x100u, false)]
    [InlineData(2, 2048, 0x200u, false)]
    [InlineData(2, 4096, 0x200u, true)]
    [InlineData(4, 2048, 0x100u, false)]
    [InlineData(4, 2048, 0x300u, true)]
    [InlineData(16, 1024, 0x300u, true)]
    [InlineData(16, 4096, 0x300u, false)]
    [InlineData(6, 16384, 0x200u, true)]
    [InlineData(12, 16384, 0x200u, false)]
    public void Capability_AddressBits_CoverWhatTheInterleaveSelectsBy(int ways, int granularity, uint word, bool supported) =>
        Assert.Equal(supported, new HdmCapability(word).SupportsAddressBitsOf(Interleave.Of(ways, granularity)));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    [InlineData(6, 3)]
    [InlineData(8, 4)]
    [InlineData(10, 5)]
    [InlineData(12, 6)]
    [InlineData(14, 7)]
    [InlineData(16, 8)]
    [InlineData(20, 9)]
    [InlineData(24, 10)]
    [InlineData(28, 11)]
    [InlineData(32, 12)]
    public void DecoderCount_EveryCode_RoundTrips(int count, byte code)
    {
        Assert.Equal(code, HdmDecoderCount.Encode(count));
        Assert.Equal(count, HdmDecoderCount.Decode(code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(18)]
    [InlineData(33)]
    public void DecoderCount_WithoutCode_Throws(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HdmDecoderCount.Encode(count));

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    public void DecoderCountCode_Reserved_Throws(byte code)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => HdmDecoderCount.Decode(code));
        Assert.Equal(0, new HdmCapability(code).DecoderCount);
    }
}
