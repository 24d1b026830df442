using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class TranslationProperties
{
    [Fact]
    public void Xor_HostToDeviceAndBack_IsTheIdentity() =>
        Prop.ForAll(
            Xor.ToArbitrary(),
            x =>
            {
                (int position, ulong device) = AddressTranslation.ToDevice(x.Word, x.Interleave, InterleaveArithmetic.Xor, x.Maps);
                return AddressTranslation.ToHost(position, device, x.Interleave, InterleaveArithmetic.Xor, x.Maps) == x.Word;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Xor_DeviceToHostAndBack_IsTheIdentity() =>
        Prop.ForAll(
            Xor.ToArbitrary(),
            x =>
            {
                ulong device = x.Word >> 4;
                int position = (int)(x.Word % (ulong)x.Interleave.Ways);
                ulong host = AddressTranslation.ToHost(position, device, x.Interleave, InterleaveArithmetic.Xor, x.Maps);
                return AddressTranslation.ToDevice(host, x.Interleave, InterleaveArithmetic.Xor, x.Maps) == (position, device);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void EveryInterleave_Xor_IsABijectionOnARound()
    {
        foreach (Interleave interleave in LegalInterleaves.All)
        {
            XorMaps maps = LegalInterleaves.MapsFor(interleave, [0x4_0040_0000, 0x8_0080_0000, 0x10_0000_0000, 0x20_0100_0000]);
            HashSet<(int, ulong)> seen = [];
            for (int granule = 0; granule < 4 * interleave.Ways; granule++)
            {
                ulong host = 0x4_00C0_0000 + ((ulong)granule * (ulong)interleave.Granularity);
                (int position, ulong device) = AddressTranslation.ToDevice(host, interleave, InterleaveArithmetic.Xor, maps);
                Assert.True(seen.Add((position, device)));
                Assert.Equal(host, AddressTranslation.ToHost(position, device, interleave, InterleaveArithmetic.Xor, maps));
            }
        }
    }

    [Fact]
    public void Xor_WithoutMaps_IsModulo() =>
        Prop.ForAll(
            Xor.ToArbitrary(),
            x => AddressTranslation.ToDevice(x.Word, x.Interleave, InterleaveArithmetic.Xor)
                == AddressTranslation.ToDevice(x.Word, x.Interleave))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void ToHost_UnknownArithmetic_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AddressTranslation.ToHost(0, 0, default, (InterleaveArithmetic)2));

    private static Gen<(Interleave Interleave, XorMaps Maps, ulong Word)> Xor { get; } =
        from xor in LegalInterleaves.AnyXor
        from word in LegalInterleaves.Word
        select (xor.Interleave, xor.Maps, word);
}
