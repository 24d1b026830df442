using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CxlTopology.Akka.Tests.Cluster;

public sealed class ClusterOptionsTests
{
    private static readonly NodeAddress open = new("10.0.0.1", 4711);

    [Fact]
    public void Check_OfLoopback_NeedsNothing() => new ClusterOptions { Build = "b" }.Check();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Check_OfAnOpenAddressWithoutProtection_Refuses(bool certificate, bool secret)
    {
        var options = new ClusterOptions { Build = "b", Listen = open, Certificate = certificate ? Certificate() : null, Secret = secret ? new SharedSecret(new byte[16]) : null };

        ClusterException refused = Assert.Throws<ClusterException>(options.Check);

        Assert.True(refused.IsUsage);
        Assert.Equal("Listening on 10.0.0.1:4711, which other machines may reach, needs a certificate (TLS) and a shared secret; without both a node listens on the loopback address only.", refused.Message);
    }

    [Fact]
    public void Check_OfAnOpenAddressWithBoth_Passes() => new ClusterOptions { Build = "b", Listen = open, Certificate = Certificate(), Secret = new SharedSecret(new byte[16]) }.Check();

    [Fact]
    public void Check_OfAllAddresses_Refuses()
    {
        var options = new ClusterOptions { Build = "b", Listen = new NodeAddress("0.0.0.0", 1), Certificate = Certificate(), Secret = new SharedSecret(new byte[16]) };

        Assert.Contains("names no address that other nodes could call", Assert.Throws<ClusterException>(options.Check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfASeedElsewhereWhileOnLoopback_Refuses() =>
        Assert.Contains("10.0.0.1:4711 is on another machine", Assert.Throws<ClusterException>(() => new ClusterOptions { Build = "b" }.Check([open])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(15)]
    [InlineData(4097)]
    public void Secret_OfAWrongLength_IsRefused(int bytes) => Assert.Throws<ClusterException>(() => new SharedSecret(new byte[bytes]));

    [Fact]
    public void Secret_InText_IsNotThere()
    {
        string text = new ClusterOptions { Build = "b", Secret = new SharedSecret("correct horse battery staple"u8) }.ToString();

        Assert.Contains("(secret)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", text, StringComparison.Ordinal);
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=cxltopo", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
