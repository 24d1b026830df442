using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Guests;

/// <summary>Registers of configuration space that the VMM has for its guest, by accesses of every width.</summary>
public sealed class VirtualConfigurationTests
{
    [Fact]
    public async Task MsixControl_ReadByAnyWidth_IsWhatTheGuestWrote()
    {
        (VirtualMachine machine, Bdf function, int msix) = await Boot();
        await machine.WriteConfig(function, msix + 2, 0xC000, 2);
        uint control = await machine.ReadConfig(function, msix + 2, 2);
        Assert.Equal(0xC003u, control); // four vectors
        Assert.Equal(control, await machine.ReadConfig(function, msix) >> 16);
        Assert.Equal(0x11u, await machine.ReadConfig(function, msix) & 0xFF); // the rest of it is the device's
        Assert.Equal(0x03u, await machine.ReadConfig(function, msix + 2, 1));
        Assert.Equal(0xC0u, await machine.ReadConfig(function, msix + 3, 1));
    }

    [Theory]
    [InlineData(0, 4, 0x8000_0000u, 0x8003u)]
    [InlineData(0, 4, 0x0000_FFFFu, 0x0003u)]
    [InlineData(3, 1, 0x80u, 0x8003u)]
    [InlineData(3, 1, 0x40u, 0x4003u)]
    [InlineData(2, 1, 0xFFu, 0xC003u)] // nothing of it can be written there
    public async Task MsixControl_WrittenByAnyWidth_TakesItsBits(int at, int bytes, uint value, uint expected)
    {
        (VirtualMachine machine, Bdf function, int msix) = await Boot();
        await machine.WriteConfig(function, msix + 2, 0xC000, 2);
        await machine.WriteConfig(function, msix + at, value, bytes);
        Assert.Equal(expected, await machine.ReadConfig(function, msix + 2, 2));
    }

    private static async Task<(VirtualMachine Machine, Bdf Function, int Msix)> Boot()
    {
        var bench = new Bench(1);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        return (guest.Machine, guest.FunctionOf(guest.Machine.Devices[0])!.Bdf, bench.Fakes[0].Msix);
    }
}
