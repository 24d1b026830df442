using CxlTopology.Specification;

namespace CxlTopology.Description.Tests.Configuration;

public sealed class ConfigurationTests
{
    private const int DeviceDvsecCapability = 0x0A;

    private static EndpointConfigSpaceOptions Load(string endpoint, string profiles = "")
    {
        DescriptionResult result = TopologyFile.Parse(
            $"version: 1\n{profiles}hosts: {{host0: {{bridges: {{hb0: {{rp0: e}}}}}}}}\nendpoints: {{e: {endpoint}}}\n", "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!.Endpoints[0].Configuration!;
    }

    /// <summary>The capability register of the device DVSEC that the options lead to.</summary>
    private static ushort CapabilityOf(EndpointConfigSpaceOptions options)
    {
        ConfigSpaceLayout layout = ConfigSpaceLayouts.Endpoint(options);
        return (ushort)layout.CreateBank().Read(layout.Device!.Offset + DeviceDvsecCapability, 2);
    }

    [Theory]
    [InlineData("{type: 2, memory: 1GiB}", 0x09D7)]
    [InlineData("{type: 3, memory: 1GiB}", 0x001E)]
    [InlineData("{type: 2, memory: 1GiB, cxl: {}}", 0x09D7)]
    [InlineData("{type: 2, memory: 1GiB, cxl: {reset-timeout: 10ms}}", 0x08D7)]
    [InlineData("{type: 2, memory: 1GiB, cxl: {reset-timeout: 100s}}", 0x0CD7)]
    [InlineData("{type: 2, memory: 1GiB, cxl: {reset: false}}", 0x0057)]
    [InlineData("{type: 2, memory: 1GiB, cxl: {reset: false, memory-clear: false}}", 0x0057)]
    [InlineData("{type: 2, memory: 1GiB, cxl: {memory-clear: false, write-back: false, viral: true}}", 0x4197)]
    [InlineData("{type: 2, memory: 1GiB, cxl: {mem-hw-init: true}}", 0x09DF)]
    [InlineData("{type: 3, memory: 1GiB, cxl: {mem-hw-init: false}}", 0x0016)]
    [InlineData("{type: 3, memory: 1GiB, cxl: {reset: true}}", 0x019E)]
    [InlineData("{type: 3, memory: 1GiB, cxl: {reset: true, reset-timeout: 10s, memory-clear: true}}", 0x0B9E)]
    [InlineData("{type: 3, memory: 1GiB, persistent: 1GiB, cxl: {hdm-ranges: 2}}", 0x002E)]
    public void Read_Cxl_SetsTheCapabilityRegister(string endpoint, int expected) => Assert.Equal(expected, CapabilityOf(Load(endpoint)));

    [Theory]
    [InlineData("{type: 3, memory: 1GiB, persistent: 512MiB}", 1536, 0)]
    [InlineData("{type: 3, memory: 1GiB, persistent: 512MiB, cxl: {hdm-ranges: 2}}", 1024, 512)]
    [InlineData("{type: 2, memory: 5GiB}", 5120, 0)]
    public void Read_Memory_SizesTheRanges(string endpoint, ulong first, ulong second)
    {
        DeviceDvsecOptions device = Load(endpoint).Device!;

        Assert.Equal((ByteSize.MiB(first), ByteSize.MiB(second)), (device.Range1Size, device.Range2Size));
    }

    [Theory]
    [InlineData("64KiB", 1, 1)]
    [InlineData("1MiB", 1, 16)]
    [InlineData("16320KiB", 1, 255)]
    [InlineData("16MiB", 2, 16)]
    [InlineData("255MiB", 2, 255)]
    public void Read_CacheSize_IsEncodedInTheSmallestUnit(string size, int unit, int count)
    {
        DeviceDvsecOptions device = Load($"{{type: 2, memory: 1GiB, cxl: {{cache-size: {size}}}}}").Device!;

        Assert.Equal((unit, count), (device.CacheSizeUnit, device.CacheSize));
    }

    [Theory]
    [InlineData("0B")]
    [InlineData("32KiB")]
    [InlineData("96KiB")]
    [InlineData("16385KiB")]
    [InlineData("17000KiB")]
    [InlineData("256MiB")]
    public void Read_CacheSizeWithoutEncoding_IsRefused(string size)
    {
        DescriptionResult result = TopologyFile.Parse($"version: 1\nendpoints: {{e: {{type: 2, memory: 1GiB, cxl: {{cache-size: {size}}}}}}}\n", "test.yaml");

        Assert.Contains(DescriptionErrorCode.CacheSizeNotEncodable, result.Errors.Select(error => error.Code));
    }

    [Theory]
    [InlineData("1s", 0)]
    [InlineData("4s", 1)]
    [InlineData("256s", 4)]
    public void Read_MemoryActiveTimeout_IsEncoded(string time, int expected) =>
        Assert.Equal(expected, Load($"{{type: 3, memory: 1GiB, cxl: {{memory-active-timeout: {time}}}}}").Device!.MemoryActiveTimeout);

    [Fact]
    public void Read_IdentityLeftOut_IsThatOfTheType() => Assert.Equal(
        (0x1E98, 0x0005, 0x120000u, 1), Load("{type: 2, memory: 1GiB}").Identity is { } id ? (id.VendorId, id.DeviceId, id.ClassCode, id.Revision) : default);

    [Fact]
    public void Read_Identity_TakesTheProfileForWhatItLeavesOut()
    {
        PciIdentity identity = Load("{type: 3, memory: 1GiB, identity: {device: 0x1234, revision: 0xff}}",
            "profiles: {endpoint: {identity: {vendor: 0xabcd, device: 1, class: 0x050200, subsystem-vendor: 2, subsystem: 0xFFFF}}}\n").Identity!;

        Assert.Equal(
            new PciIdentity { VendorId = 0xABCD, DeviceId = 0x1234, ClassCode = 0x050200, Revision = 0xFF, SubsystemVendorId = 2, SubsystemId = 0xFFFF }, identity);
    }

    [Theory]
    [InlineData("{type: 2, memory: 1GiB, profile: fpga}", 0xABCD, 3)]
    [InlineData("{type: 2, memory: 1GiB, profile: fpga, msix-vectors: 0, identity: {vendor: 1}}", 1, 0)]
    public void Read_OwnProfile_KeepsWhatTheFileSaysOfAllEndpoints(string endpoint, int vendor, int vectors)
    {
        EndpointConfigSpaceOptions options = Load(endpoint, "profiles: {endpoint: {profile: asic-gen6, msix-vectors: 3, identity: {vendor: 0xabcd}}}\n");

        Assert.Equal((vendor, vectors), (options.Identity!.VendorId, options.MsixVectors));
    }

    [Theory]
    [InlineData("{type: 2, memory: 1GiB}", new[] { 0, 4 })]
    [InlineData("{type: 2, memory: 1GiB, msix-vectors: 0}", new[] { 0 })]
    [InlineData("{type: 2, memory: 1GiB, bar2: 1MiB}", new[] { 0, 2, 4 })]
    [InlineData("{type: 2, memory: 1GiB, bar2: 0B}", new[] { 0, 4 })]
    [InlineData("{type: 2, memory: 1GiB, device-registers: true}", new[] { 0, 2, 4 })]
    [InlineData("{type: 3, memory: 1GiB}", new[] { 0, 2, 4 })]
    public void Read_Bars_AreThoseOfTheKeys(string endpoint, int[] expected) =>
        Assert.Equal(expected, ConfigSpaceLayouts.Endpoint(Load(endpoint)).Bars.Select(bar => bar.Index));

    [Theory]
    [InlineData("{type: 2, memory: 1GiB}", 1)]
    [InlineData("{type: 2, memory: 1GiB, bar2: 8GiB, device-registers: true}", 2)]
    [InlineData("{type: 3, memory: 1GiB}", 2)]
    public void Read_DeviceRegisters_AreLocated(string endpoint, int blocks) =>
        Assert.Equal(blocks, ConfigSpaceLayouts.Endpoint(Load(endpoint)).Locations.Count);

    [Fact]
    public void Read_EndpointsThatSayTheSame_ShareOneObject()
    {
        IReadOnlyList<EndpointModel> endpoints = TopologyFile.Parse(
            "version: 1\nshape: {ports: 4, endpoint: {type: 2, memory: 1GiB, cxl: {viral: true}}}\n", "test.yaml").Model!.Endpoints;

        Assert.All(endpoints, endpoint => Assert.Same(endpoints[0].Configuration, endpoint.Configuration));
    }

    [Fact]
    public void Read_EveryBarSize_IsAcceptedUpToEightGibibytes()
    {
        for (ulong size = 64 << 10; size <= 8UL << 30; size *= 2)
            Assert.Equal(new ByteSize(size), Load($"{{type: 2, memory: 1GiB, bar2: {new ByteSize(size)}}}").SecondBar);
    }
}
