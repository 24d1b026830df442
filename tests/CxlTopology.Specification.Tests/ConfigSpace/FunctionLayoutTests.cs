namespace CxlTopology.Specification.Tests;

/// <summary>The configuration space of a further function of a device.</summary>
public sealed class FunctionLayoutTests
{
    [Fact]
    public void Function_OfNoPartInCxl_IsAPlainPciFunction()
    {
        ConfigSpaceLayout layout = ConfigSpaceLayouts.Function(new());
        Assert.Null(layout.Device);
        Assert.False(layout.HasFlexBus);
        Assert.Empty(layout.Locations);
        Assert.Throws<InvalidOperationException>(() => layout.FlexBus);
        RegisterBank bank = layout.CreateBank();
        Assert.Equal(0x0007_1E98UL, bank.Read(0, 4));
        Assert.Equal(0x80UL, bank.Read(0x0E, 1));
        Assert.Equal([(0, 4096UL), (4, 4096UL)], layout.Bars.Select(b => (b.Index, b.Size)));
    }

    [Fact]
    public void Function_ThatTakesPartInCache_HasADvsecWithoutMemoryAndReset()
    {
        ConfigSpaceLayout layout = ConfigSpaceLayouts.Function(new() { Device = DeviceDvsecOptions.FurtherFunction(DeviceDvsecOptions.Type2) });
        RegisterBank bank = layout.CreateBank();
        Assert.Equal(0x43UL, bank.Read(layout.Device!.Offset + 0x0A, 2));
        bank.Write(layout.Device.Offset + 0x0C, 2, 0xFFFF);
        Assert.False(bank.Get(layout.Device, layout.Device.Table.MemEnable));
        Assert.True(bank.Get(layout.Device, layout.Device.Table.CacheEnable));
    }

    [Fact]
    public void Map_OfFunctionsWithoutCxl_HasABitEach()
    {
        ConfigSpaceLayout layout = ConfigSpaceLayouts.Endpoint(new() { Role = ComponentRole.Type2Endpoint, MultiFunction = true, NonCxlFunctions = 0b1010_0100 });
        RegisterBank bank = layout.CreateBank();
        for (int function = 0; function < Bdf.FunctionsMax; function++)
            Assert.Equal((0b1010_0100UL >> function) & 1, bank.Read(layout.NonCxlFunctionMap!.Offset + 0x0C + 4 * function, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonCxlFunctionMapRegisters.Of(8));
    }

    [Theory]
    [InlineData(2049, 4096UL, 0UL)]
    [InlineData(-1, 4096UL, 0UL)]
    [InlineData(1, 2048UL, 0UL)]
    [InlineData(1, 4096UL, 2048UL)]
    [InlineData(1, 12288UL, 0UL)]
    public void Function_ThatCannotBe_IsRefused(int vectors, ulong first, ulong second) =>
        Assert.Throws<ArgumentException>(() => ConfigSpaceLayouts.Function(new() { MsixVectors = vectors, FirstBar = new ByteSize(first), SecondBar = new ByteSize(second) }));
}
