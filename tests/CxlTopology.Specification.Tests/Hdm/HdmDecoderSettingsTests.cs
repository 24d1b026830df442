using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class HdmDecoderSettingsTests
{
    [Fact]
    public void CommitWord_WorkedExamples_AreThoseOfTheReference()
    {
        Assert.Equal(0x1232u, HdmDecoderSettings.CommitWord(Interleave.Of(8, 1024), TargetRangeType.HostOnly));
        Assert.Equal(0x1213u, HdmDecoderSettings.CommitWord(Interleave.Of(2, 2048), TargetRangeType.HostOnly));
        Assert.Equal(0x0200u, HdmDecoderSettings.CommitWord(default, TargetRangeType.DeviceCoherent));
        Assert.Equal(0x0300u, HdmDecoderSettings.CommitWord(default, TargetRangeType.DeviceCoherent, lockOnCommit: true));
        Assert.Equal(0x2200u, HdmDecoderSettings.CommitWord(default, TargetRangeType.DeviceCoherent, backInvalidate: true));
    }

    [Fact]
    public void Decode_Port_ReadsEveryField()
    {
        var settings = HdmDecoderSettings.Decode(
            [0x1FFF_FFFF, 0x1, 0x8000_0000, 0x2, 0x1632, 0x03020100, 0x07060504], ComponentKind.UpstreamPort);
        Assert.Equal(new Hpa(0x1_1000_0000), settings.Base);
        Assert.Equal(new ByteSize(0x2_8000_0000), settings.Size);
        Assert.Equal(Interleave.Of(8, 1024), settings.Interleave);
        Assert.Equal(TargetRangeType.HostOnly, settings.TargetRangeType);
        Assert.Equal((true, true, false, false), (settings.Commit, settings.Committed, settings.NotCommitted, settings.LockOnCommit));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], Enumerable.Range(0, 8).Select(slot => (int)settings.TargetAt(slot)));
        Assert.Equal(0UL, settings.DpaSkip.Bytes);
    }

    [Fact]
    public void Decode_Endpoint_ReadsTheSkip()
    {
        var settings = HdmDecoderSettings.Decode([0, 0, 0, 0, 0x2F00, 0xDFFF_FFFF, 0x3], ComponentKind.Endpoint);
        Assert.Equal(0x3_D000_0000UL, settings.DpaSkip.Bytes);
        Assert.Equal(0UL, settings.Targets);
        Assert.Equal((true, true, true, true), (settings.Locked, settings.NotCommitted, settings.BackInvalidate, settings.Commit));
        Assert.Equal(TargetRangeType.DeviceCoherent, settings.TargetRangeType);
    }

    [Theory]
    [InlineData(0x7u)]
    [InlineData(0x50u)]
    [InlineData(0xB0u)]
    public void Interleave_ReservedCode_IsNull(uint control) =>
        Assert.Null(HdmDecoderSettings.Decode([0, 0, 0, 0, control, 0, 0], ComponentKind.Endpoint).Interleave);

    [Fact]
    public void Decode_TooFewRegisters_Throws() =>
        Assert.Throws<ArgumentException>(() => HdmDecoderSettings.Decode(new uint[6], ComponentKind.Endpoint));

    [Theory]
    [InlineData(-1)]
    [InlineData(8)]
    public void TargetAt_NoSuchSlot_Throws(int slot) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => default(HdmDecoderSettings).TargetAt(slot));

    [Fact]
    public void EncodeAndDecode_AnyRegisters_RoundTrip() =>
        Prop.ForAll(
            (from low in LegalInterleaves.Word
             from size in LegalInterleaves.Word
             from last in LegalInterleaves.Word
             from kind in Gen.Elements(Enum.GetValues<ComponentKind>())
             select new HdmDecoderSettings
             {
                 Kind = kind,
                 Base = new Hpa(low & ~0xFFF_FFFFUL),
                 Size = new ByteSize(size & ~0xFFF_FFFFUL),
                 Control = (uint)(low ^ size),
                 TargetsOrSkip = last & ~0xFFF_FFFFUL,
             }).ToArbitrary(),
            settings =>
            {
                uint[] dwords = new uint[HdmDecoderSettings.Dwords];
                settings.Encode(dwords);
                return HdmDecoderSettings.Decode(dwords, settings.Kind) == settings;
            })
            .QuickCheckThrowOnFailure();
}
