using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

public sealed class RegionClaimsTests
{
    private const ulong First = 0x10_0000_0000;
    private const ulong Size = 0x1000_0000;

    [Theory]
    [InlineData(true, TargetRangeType.HostOnly, false)]
    [InlineData(false, TargetRangeType.HostOnly, true)]
    [InlineData(true, TargetRangeType.DeviceCoherent, true)]
    public void TryClaim_OfARegion_IsRefusedWhileItIsOnline(bool enabled, TargetRangeType type, bool expected)
    {
        CxlCore core = NewCore();
        core.Regions.Add(NewRegion(enabled, type));

        Assert.Equal(expected, new RegionClaims(core).TryClaim(First + Size / 2, Size));
    }

    [Theory]
    [InlineData(First - Size, Size, true)]
    [InlineData(First + Size, Size, true)]
    [InlineData(First - Size, Size + 1, false)]
    [InlineData(First + Size - 1, 1, false)]
    [InlineData(First - Size, 4 * Size, false)]
    public void TryClaim_OfWhatIsClaimed_IsRefusedUntilItIsReleased(ulong first, ulong bytes, bool expected)
    {
        var claims = new RegionClaims(NewCore());
        Assert.True(claims.TryClaim(First, Size));

        Assert.Equal(expected, claims.TryClaim(first, bytes));
        claims.Release(First, Size);
        Assert.True(claims.TryClaim(First, Size) || expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FlushCaches_IsWhatThePlatformCan(bool can) => Assert.Equal(can, await new RegionClaims(NewCore(can)).FlushCaches(First, Size));

    private static CxlCore NewCore(bool invalidates = true) =>
        new(null!, null!, null!, null!, new CxlPlatform(ReadOnlyMemory<byte>.Empty, []) { InvalidatesCaches = invalidates });

    private static CxlRegion NewRegion(bool enabled, TargetRangeType type) => new()
    {
        Id = 0,
        Root = null!,
        IsPersistent = false,
        TargetType = type,
        Base = new Hpa(First),
        Size = new ByteSize(Size),
        Enabled = enabled,
    };
}
