using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Interface;

public sealed class UnbindTests
{
    [Fact]
    public void Unbind_OfADeviceThatHasLeft_LeavesTheOneThatHasItsNumberNow()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice left = machine.Bind("g0");
        machine.Host.Remove(left);
        VfioPciDevice other = machine.Bind("g1");
        Assert.Equal(left.Number, other.Number);

        machine.Host.Unbind(left);

        Assert.Same(other, Assert.Single(machine.Host.Devices));
    }
}
