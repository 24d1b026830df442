using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Devices of several functions: how software finds them, and what their resets leave alone.</summary>
public sealed class FunctionTests
{
    private const ulong Scratch = FunctionBench.Scratch;
    private const uint MemoryAndMaster = 6;
    private static readonly SimDuration done = SimDuration.FromMilliseconds(11);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Enumeration_FindsEveryFunction(bool switched)
    {
        ResetBench bench = FunctionBench.Make(switched: switched);
        bench.Run(async os =>
        {
            Assert.Equal([0, 1, 3], bench.PortAbove.Children.Select(c => (int)c.Bdf.Function));
            Assert.All(bench.PortAbove.Children, c => Assert.Equal(bench.PortAbove.SecondaryBus, c.Bdf.Bus));
            foreach (PciDevice function in bench.PortAbove.Children)
            {
                Assert.Equal(0x80u, await os.ReadConfig(function.Bdf, 0x0E, 1));
                Assert.NotEqual(0, function.ExpressCapability);
            }

            Assert.Equal(0xFFFF_FFFFu, await os.ReadConfig(bench.Device.Bdf with { Function = 2 }, 0));
            Assert.Equal(0x0880_0001u, await os.ReadConfig(bench.Further(3).Bdf, 8));
            (ulong First, ulong End)[] bars = [.. bench.PortAbove.Children.SelectMany(c => c.Bars).Select(b => (b.Base, b.Base + b.Size)).Order()];
            Assert.All(bars.Zip(bars.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.First));
        });
        Assert.Equal([1, 3], bench.Devices[0].FurtherFunctions);
    }

    [Fact]
    public void Functions_OfWhichKind_IsInTheDvsecs()
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            int map = await os.Dvsec(bench.Device, 2);
            Assert.NotEqual(0, map);
            for (int function = 0; function < 8; function++)
                Assert.Equal(function == 3 ? 1u : 0, await os.ReadConfig(bench.Device.Bdf, map + 0x0C + 4 * function));
            int dvsec = await os.Dvsec(bench.Further(1), 0);
            Assert.Equal(0x43u, await os.ReadConfig(bench.Further(1).Bdf, dvsec + 0x0A, 2)); // cache, io, write-back
            Assert.Equal(0, await os.Dvsec(bench.Further(3), 0));
            Assert.Equal(0, await os.Dvsec(bench.Further(1), 8));
        });
    }

    [Fact]
    public void Registers_OfAFunction_AreItsOwn()
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            Assert.Equal(0x101u, await os.ReadMmio(bench.Further(1).At(Scratch)));
            Assert.Equal(0x103u, await os.ReadMmio(bench.Further(3).At(Scratch)));
            await os.WriteConfig(bench.Further(1).Bdf, 4, 0, 2); // its memory decode is off, and that of no other
            Assert.Equal(0xFFFF_FFFFu, await os.ReadMmio(bench.Further(1).At(Scratch)));
            Assert.Equal(0x103u, await os.ReadMmio(bench.Further(3).At(Scratch)));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void FunctionLevelReset_OfOne_LeavesTheOthersAlone(int reset)
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench, locked: true);
            PciDevice target = reset == 0 ? bench.Device : bench.Further(reset);
            await os.WriteConfig(target.Bdf, target.ExpressCapability + 8, 0x8000, 2);
            SimTime asked = os.Now;
            Assert.Equal(0xFFFF_FFFFu, await os.ReadConfig(target.Bdf, 0));
            foreach (int number in (int[])[1, 3])
            {
                ulong word = await os.ReadMmio(bench.Further(number).At(Scratch));
                Assert.Equal(number == reset ? 0xFFFF_FFFFu : 0x100u + (uint)number, word);
                Assert.Equal(number == reset, bench.Devices[0].IsFunctionQuiet(number));
            }

            Assert.Equal(reset == 0, bench.Devices[0].IsQuiet);
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(ResetBench.Base)); // CXL.mem is no function's alone
            await os.Wait(asked + (reset == 3 ? done * 2 : done) - os.Now);
            Assert.NotEqual(0xFFFF_FFFFu, await os.ReadConfig(target.Bdf, 0));
            Assert.Equal(0u, await os.ReadConfig(target.Bdf, 4, 2));
            if (reset != 0)
            {
                await os.Restore(target);
                Assert.Equal(0u, await os.ReadMmio(target.At(Scratch)));
            }
        });
    }

    [Fact]
    public void Doorbell_InterruptsByTheFunctionsVector()
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            PciDevice function = bench.Further(3);
            ulong table = function.Bars.Single(b => b.Index == 4).Base;
            ulong vector = table + 16 * 5;
            await os.WriteMmio(vector, 0xFEE0_0000);
            await os.WriteMmio(vector + 4, 0);
            await os.WriteMmio(vector + 8, 0x77);
            await os.WriteMmio(vector + 12, 1);
            int msix = await Capability(os, function, 0x11);
            await os.WriteConfig(function.Bdf, msix + 2, 0x8000, 2);
            await os.WriteMmio(function.At(0), 5);
            Assert.Equal(1u, await os.ReadMmio(function.At(4)));
            Assert.Equal(1u << 5, await os.ReadMmio(table + 0x800)); // it waits while it is masked
            await os.WriteMmio(vector + 12, 0);
            Assert.Equal(0u, await os.ReadMmio(table + 0x800));
        });
        Assert.Equal([0x77UL], bench.Program.Interrupts);
    }

    [Fact]
    public void D3hot_OfAFunction_LeavesConfigurationAndCxlMem()
    {
        const uint D3Hot = 3;
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            await FunctionBench.Ready(os, bench);
            foreach (PciDevice function in (PciDevice[])[bench.Device, bench.Further(1), bench.Further(3)])
            {
                int power = await Capability(os, function, 1);
                ulong register = function == bench.Device ? await Programmer.Decoders(os, function) + 0x14 : function.At(Scratch);
                ulong before = await os.ReadMmio(register);
                await os.WriteConfig(function.Bdf, power + 4, D3Hot, 2);
                Assert.Equal(0xFFFF_FFFFu, await os.ReadMmio(register));
                Assert.Equal(D3Hot, await os.ReadConfig(function.Bdf, power + 4, 2) & 3);
                Assert.Equal(MemoryAndMaster, await os.ReadConfig(function.Bdf, 4, 2) & MemoryAndMaster);
                Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(ResetBench.Base));
                await os.WriteConfig(function.Bdf, power + 4, 0, 2);
                Assert.Equal(before, await os.ReadMmio(register)); // No_Soft_Reset: nothing was lost
            }
        });
    }

    [Fact]
    public void Reset_OfAFunctionInD3hot_BringsItBackToD0()
    {
        ResetBench bench = FunctionBench.Make();
        bench.Run(async os =>
        {
            PciDevice function = bench.Further(3);
            int power = await Capability(os, function, 1);
            await os.WriteConfig(function.Bdf, power + 4, 3, 2);
            await os.WriteConfig(function.Bdf, function.ExpressCapability + 8, 0x8000, 2);
            await os.Wait(done * 2);
            Assert.Equal(0u, await os.ReadConfig(function.Bdf, power + 4, 2) & 3);
        });
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 8)]
    [InlineData(0, 1)]
    public void Endpoint_WithFunctionsThatDoNotAscend_CannotBeBuilt(int first, int second)
    {
        EndpointOptions options = ResetBench.DefaultDevice with { Functions = [new FunctionOptions { Number = first }, new FunctionOptions { Number = second }] };
        Assert.Throws<WiringException>(() => new Type2Endpoint(options, new FabricOptions()));
    }

    private static async Task<int> Capability(HostProgram os, PciDevice function, uint id)
    {
        int at = (int)await os.ReadConfig(function.Bdf, 0x34, 1);
        while (at != 0 && (await os.ReadConfig(function.Bdf, at) & 0xFF) != id)
            at = (int)(await os.ReadConfig(function.Bdf, at) >> 8 & 0xFC);
        return at;
    }
}
