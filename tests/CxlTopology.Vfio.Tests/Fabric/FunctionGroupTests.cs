using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>A device of several functions: one IOMMU group, which has one user.</summary>
public sealed class FunctionGroupTests
{
    private const ulong Scratch = 0x20;
    private const string Functions = ", functions: {copy: , cache: {cxl: true}}";
    private static readonly byte[] pattern = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void Group_OfADevice_HasAllItsFunctions()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        VfioPciDevice device = machine.Bind("g0");
        VfioPciDevice copy = BindFurther(machine, "g0", 1);
        VfioPciDevice other = BindFurther(machine, "g1", 1);
        Assert.Equal(device.Group, copy.Group);
        Assert.NotEqual(device.Group, other.Group);
        Assert.Equal([device, copy], device.Group.Devices);
    }

    [Fact]
    public void Functions_OfOneDevice_GoToOneGuest_AndAnotherIsRefused()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        VfioPciDevice device = machine.Bind("g0");
        VfioPciDevice copy = BindFurther(machine, "g0", 1);
        machine.Do(async () =>
        {
            Guest first = await machine.BootGuest("first", device);
            await User.Fails(Errno.EPERM, () => machine.BootGuest("second", copy));
            ErrnoException refused = await Assert.ThrowsAsync<ErrnoException>(() => machine.BootGuest("second", copy));
            Assert.Contains("cannot be kept apart", refused.Message, StringComparison.Ordinal);
            Assert.Contains(device.Name, refused.Message, StringComparison.Ordinal);
            Assert.False(copy.IsOpen);

            CxlRegion region = await first.LoadDriver(first.Machine.Devices[0]); // and the first one works on
            Assert.Equal(AccessStatus.Ok, await first.Machine.WriteMemory(region.Base.Value, pattern));
            await first.Machine.End();
            Guest second = await machine.BootGuest("second", copy);
            Assert.True(copy.IsOpen);
            await second.Machine.End();
        });
    }

    [Fact]
    public void GroupFile_OfADevice_HasOneOpener()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        machine.Bind("g0");
        BindFurther(machine, "g0", 1);
        VfioProcess one = machine.Host.StartProcess("one");
        VfioProcess two = machine.Host.StartProcess("two");
        one.Open("/dev/vfio/0");
        ErrnoException refused = Assert.Throws<ErrnoException>(() => two.Open("/dev/vfio/0"));
        Assert.Equal(Errno.EBUSY, refused.Errno);
    }

    [Fact]
    public void Group_WithAFunctionOfTheHosts_IsNotViable()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        VfioPciDevice copy = BindFurther(machine, "g0", 1);
        Bdf cache = machine.Function("g0").Bdf with { Function = 2 };
        machine.Host.BindHostDriver(cache);
        machine.Do(async () =>
        {
            await User.Fails(Errno.EPERM, () => machine.BootGuest("guest0", copy));
            machine.Host.UnbindHostDriver(cache);
            Guest guest = await machine.BootGuest("guest0", copy);
            Assert.Throws<ErrnoException>(() => machine.Host.BindHostDriver(cache));
            await guest.Machine.End();
        });
    }

    [Fact]
    public void Guest_WithAllFunctions_UsesEach()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        VfioPciDevice[] devices = [machine.Bind("g0"), BindFurther(machine, "g0", 1), BindFurther(machine, "g0", 2)];
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", devices);
            PciDevice[] functions = [.. guest.Machine.Devices.Select(d => guest.FunctionOf(d)!)];
            Assert.Equal(3, functions.Select(f => f.Bdf).Distinct().Count());
            foreach (PciDevice function in functions)
                Assert.Equal(0u, await guest.Machine.ReadConfig(function.Bdf, 0x0E, 1)); // each has a root port to itself
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            Assert.Equal(AccessStatus.Ok, await guest.Machine.WriteMemory(region.Base.Value, pattern));
            for (uint i = 1; i < 3; i++)
            {
                await guest.Machine.WriteMmio(functions[i].Bars[0].Base + Scratch, 0x40 + i);
                Assert.Equal(0x40 + i, await guest.Machine.ReadMmio(functions[i].Bars[0].Base + Scratch));
                Assert.Equal(0x40 + i, await machine.Core.Mmio.ReadMmio(devices[i].Function.Bars[0].Base + Scratch));
            }

            Assert.Single(guest.Core!.Memdevs);
            await guest.Machine.End();
        });
    }

    [Fact]
    public void Reset_OfAFurtherFunction_IsItsFunctionLevelResetAlone()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        VfioPciDevice[] devices = [machine.Bind("g0"), BindFurther(machine, "g0", 1), BindFurther(machine, "g0", 2)];
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", devices);
            PciDevice[] functions = [.. guest.Machine.Devices.Select(d => guest.FunctionOf(d)!)];
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            await guest.Machine.WriteMemory(region.Base.Value, pattern);
            for (uint i = 1; i < 3; i++)
                await guest.Machine.WriteMmio(functions[i].Bars[0].Base + Scratch, 0x40 + i);
            Assert.False(guest.Machine.Devices[0].CanReset); // a CXL reset of one of several functions is refused
            Assert.True(guest.Machine.Devices[1].CanReset);
            int control = functions[1].ExpressCapability + 8;
            await guest.Machine.WriteConfig(functions[1].Bdf, control, 0x8000 | await guest.Machine.ReadConfig(functions[1].Bdf, control, 2), 2);

            Assert.Contains("reset by the guest", devices[1].Log);
            Assert.Equal(0u, await guest.Machine.ReadMmio(functions[1].Bars[0].Base + Scratch));
            Assert.Equal(0x42u, await guest.Machine.ReadMmio(functions[2].Bars[0].Base + Scratch));
            var into = new byte[8];
            Assert.Equal(AccessStatus.Ok, await guest.Machine.ReadMemory(region.Base.Value, into));
            Assert.Equal(pattern, into);
            await guest.Machine.End();
        });
    }

    [Fact]
    public void Reset_WithSiblings_IsOffered_AndResetsThoseThatTakePart()
    {
        const int Control2 = 0x10;
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        machine.Passthrough.AllowSiblings(machine.Function("g0"));
        VfioPciDevice[] devices =
        [
            machine.Bind("g0", options: new VfioDeviceOptions { ResetsSiblings = true, Scrub = VfioScrub.None }), BindFurther(machine, "g0", 1), BindFurther(machine, "g0", 2),
        ];
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", devices);
            PciDevice[] functions = [.. guest.Machine.Devices.Select(d => guest.FunctionOf(d)!)];
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            await guest.Machine.WriteMemory(region.Base.Value, pattern);
            for (uint i = 1; i < 3; i++)
                await guest.Machine.WriteMmio(functions[i].Bars[0].Base + Scratch, 0x40 + i);
            Assert.True(guest.Machine.Devices[0].CanReset);
            int dvsec = await new ComponentLocator(guest.Machine, guest.Machine).FindDvsec(functions[0], 0);
            await guest.Machine.WriteConfig(functions[0].Bdf, dvsec + Control2, 4, 2);

            Assert.Contains("reset", devices[0].Log);
            Assert.Contains($"reset with {devices[0].Name}", devices[2].Log);
            Assert.Equal(0x41u, await guest.Machine.ReadMmio(functions[1].Bars[0].Base + Scratch)); // no part in CXL
            Assert.Equal(0u, await guest.Machine.ReadMmio(functions[2].Bars[0].Base + Scratch));
            await guest.Machine.End();
        });
    }

    [Fact]
    public void HotReset_OfADevice_TurnsItsFunctionsOffBefore_AndWritesBackTheCxlControlOfThoseWithoutDecoders()
    {
        const int Command = 0x04;
        const int Control = 0x0C;
        const int BridgeControl = 0x3E;
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(each: Functions));
        machine.Do(async () =>
        {
            PciDevice device = machine.Function("g0");
            PciDevice cache = machine.Core.FunctionAt(device.Bdf with { Function = 2 })!;
            int dvsec = await new ComponentLocator(machine.Core.Configuration, machine.Core.Mmio).FindDvsec(cache, 0);
            const uint Set = 0x2B; // cache, I/O, a coverage of the snoop filter
            await machine.Core.Configuration.WriteConfig(cache.Bdf, dvsec + Control, Set, 2);
            Assert.Equal(Set, await machine.Core.Configuration.ReadConfig(cache.Bdf, dvsec + Control, 2));
            uint command = await machine.Core.Configuration.ReadConfig(cache.Bdf, Command, 2);
            var bus = new WriteLog(machine.Core.Configuration);
            await new PciHotReset(bus, machine.Core.Mmio, machine.Core.Clock).Run(device, PciResetMethod.CxlBus);
            Assert.Equal(Set, await machine.Core.Configuration.ReadConfig(cache.Bdf, dvsec + Control, 2));
            Assert.Equal(command, await machine.Core.Configuration.ReadConfig(cache.Bdf, Command, 2));

            int reset = bus.Writes.FindIndex(w => w.Function == device.Parent!.Bdf && w.Offset == BridgeControl);
            for (byte function = 0; function < 3; function++)
            {
                int off = bus.Writes.IndexOf((device.Bdf with { Function = function }, Command, 0x400));
                Assert.InRange(off, 0, reset - 1);
            }
        });
    }

    [Theory]
    [InlineData("[g0, g0.copy]", 1)]
    [InlineData("[g0.copy, g0.cache, g0]", 1)]
    [InlineData("[g0.copy]", 0)]
    public void File_WithFunctions_BootsItsGuests(string devices, int regions)
    {
        DescriptionResult read = TopologyFile.Parse(
            RealMachine.Accelerators(
                $"guests: {{vm: {{devices: {devices}, scrub: none, reset-siblings: true}}}}\nworkloads: {{load: {{from: vm, to: {(regions > 0 ? "region0" : "vm.memory")}, reads: 50%, outstanding: 4, count: 200}}}}",
                Functions), "functions.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        using Experiment experiment = Experiment.Prepare(read.Model!, new ExperimentOptions());
        Assert.Empty(experiment.Run().Failures);
        ExperimentReport report = Reports.Of(experiment);
        Assert.All(report.Guests, g => Assert.Null(g.Problem));
        Assert.Equal(regions, report.Guests[0].Regions.Count);
        Assert.Empty(report.Sources[0].Errors);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
    }

    [Fact]
    public void File_WithAGuestsGuest_PassesAFunctionOn()
    {
        DescriptionResult read = TopologyFile.Parse(
            RealMachine.Accelerators("guests: {vm: {devices: [g0, g0.copy], scrub: none, guests: {in: {devices: [g0.copy], scrub: none}}}}", Functions), "functions.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        using Experiment experiment = Experiment.Prepare(read.Model!, new ExperimentOptions());
        Assert.Empty(experiment.Run().Failures);
        Assert.All(Reports.Of(experiment).Guests, g => Assert.Null(g.Problem));
    }

    private static VfioPciDevice BindFurther(RealMachine machine, string endpoint, byte number) =>
        machine.Host.Bind(machine.Core.FunctionAt(machine.Function(endpoint).Bdf with { Function = number })!, new PciDriver());
}
