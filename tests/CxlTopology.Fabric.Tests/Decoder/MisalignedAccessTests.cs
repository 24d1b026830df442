using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Register accesses that no register is at.</summary>
public sealed class MisalignedAccessTests
{
    [Theory]
    [InlineData(0x12)]
    [InlineData(0x22)]
    public void Read_OfAMisalignedOffset_IsUnsupportedInADecoderToo(int offset)
    {
        var bench = new FabricBench();

        Assert.Equal((IoStatus.Unsupported, uint.MaxValue), bench.Read(FabricBench.ToDevice(), offset));
    }
}
