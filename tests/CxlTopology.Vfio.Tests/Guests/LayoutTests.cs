using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Guests;

/// <summary>The machine that a monitor builds: its tables, its addresses, and where they end.</summary>
public sealed class LayoutTests
{
    [Fact]
    public async Task Cedt_HasTheHostBridgeAndTheWindow_ByteByByte()
    {
        var bench = new Bench(2);
        VirtualMachine machine = (await Bench.Boot(bench.Host, "vm", bench.Devices)).Machine;
        byte[] table = machine.Platform.Cedt.ToArray();
        Assert.Equal("CEDT"u8.ToArray(), table[..4]);
        Assert.Equal(table.Length, BitConverter.ToInt32(table, 4));
        Assert.Equal(0, table.Aggregate(0, (sum, b) => sum + b) & 0xFF);
        byte[] bridge = table[36..68];
        Assert.Equal((0, 32, 0u, 1u), (bridge[0], BitConverter.ToUInt16(bridge, 2), BitConverter.ToUInt32(bridge, 4), BitConverter.ToUInt32(bridge, 8)));
        Assert.Equal((machine.Platform.Bridges[0].Resources.RegisterBase, 0x10000ul), (BitConverter.ToUInt64(bridge, 16), BitConverter.ToUInt64(bridge, 24)));
        byte[] window = table[68..];
        Assert.Equal((1, 40), (window[0], BitConverter.ToUInt16(window, 2)));
        Assert.Equal((VirtualMachine.WindowBase, 2ul << 30), (BitConverter.ToUInt64(window, 8), BitConverter.ToUInt64(window, 16))); // twice 2 x 512 MiB
        Assert.Equal((0, 0, 0u), (window[24], window[25], BitConverter.ToUInt32(window, 28))); // one way, modulo, 256 B
        Assert.Equal((0x2F, 0, 0u), (BitConverter.ToUInt16(window, 32), BitConverter.ToUInt16(window, 34), BitConverter.ToUInt32(window, 36))); // no restriction, QTG 0, bridge 0
        Assert.True(Cedt.TryParse(table, out Cedt? parsed, out _));
        Assert.Single(parsed!.Windows);
        Assert.Equal(0u, Assert.Single(parsed.HostBridges).Uid);
        Assert.Empty(parsed.Ignored);
    }

    [Theory]
    [InlineData(1, Errno.EINVAL)]
    [InlineData((2 << 20) - 1, Errno.EINVAL)]
    [InlineData((1L << 40) + 1, Errno.EINVAL)]
    [InlineData(2L << 30, Errno.ENOMEM)] // the host has 1 GiB
    public Task Memory_OutOfBoundsOrMoreThanThereIs_IsRefused(long bytes, Errno errno) =>
        Refused(errno, new GuestOptions { Name = "vm", Memory = new ByteSize((ulong)bytes) });

    [Theory]
    [InlineData(0, 2L << 20, Errno.EINVAL)]
    [InlineData(3, 2L << 20, Errno.EINVAL)]
    [InlineData(131_072, 2L << 20, Errno.EINVAL)]
    [InlineData(64, 2048L, Errno.EINVAL)]
    [InlineData(64, 12_288L, Errno.EINVAL)]
    public Task Translation_ThatCannotBe_IsRefused(int entries, long page, Errno errno) =>
        Refused(errno, new GuestOptions { Name = "vm", TranslationEntries = entries, TranslationPage = new ByteSize((ulong)page) });

    [Fact]
    public async Task Window_TooSmallOrTooHigh_IsRefused_AndEverythingIsReleased()
    {
        var bench = new Bench(2);
        await User.Fails(Errno.ENOSPC, () => VirtualMachine.Start(bench.Host, new GuestOptions { Name = "vm", Devices = bench.Devices, Window = ByteSize.MiB(768) }));
        await User.Fails(Errno.EINVAL, () => VirtualMachine.Start(bench.Host, new GuestOptions { Name = "vm", Devices = bench.Devices, Window = new ByteSize(1UL << 52) }));
        Assert.All(bench.Devices, d => Assert.False(d.IsOpen));
        Assert.Empty(bench.Host.Processes);
        await bench.Host.StartProcess("next").Exit();
    }

    [Fact]
    public async Task Devices_MoreThanRootPorts_IsENOSPC()
    {
        var bench = new Bench(9);
        await User.Fails(Errno.ENOSPC, () => VirtualMachine.Start(bench.Host, new GuestOptions { Name = "vm", Devices = bench.Devices }));
        Guest guest = await Bench.Boot(bench.Host, "vm", bench.Devices[..VirtualMachine.DevicesMax]);
        Assert.Equal(8, guest.Machine.Devices.Count);
        Assert.Equal(8, guest.Core!.Memdevs.Count);
    }

    /// <summary>A walk a page, of whatever size, and again when the buffer has lost it.</summary>
    [Theory]
    [InlineData(4L << 10, 1024, 64, 64)]
    [InlineData(64L << 10, 1024, 4, 4)]
    [InlineData(2L << 20, 1024, 1, 1)]
    [InlineData(1L << 30, 1, 1, 1)]
    [InlineData(4L << 10, 32, 64, 128)] // direct-mapped: half as many entries as pages keep none of them
    public void SecondStage_WalksOncePerPage_ThatTheBufferHasNot(long page, int entries, int first, int both)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0", options: new VfioDeviceOptions { Scrub = VfioScrub.None });
        machine.Do(async () =>
        {
            var guest = new Guest(await VirtualMachine.Start(
                machine.Host, new GuestOptions { Name = "vm", Devices = [device], Memory = ByteSize.MiB(64), TranslationEntries = entries, TranslationPage = new ByteSize((ulong)page) }));
            await guest.Boot();
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            foreach (int expected in (int[])[first, both])
            {
                for (ulong at = 0; at < 256 << 10; at += 4096)
                    Assert.Equal(AccessStatus.Ok, await guest.Machine.ReadMemory(region.Base.Value + at, new byte[8]));
                Assert.Equal(expected, guest.Machine.SecondStage.Walks);
            }
        });
    }

    private static async Task Refused(Errno errno, GuestOptions options)
    {
        var bench = new Bench(1);
        await User.Fails(errno, () => VirtualMachine.Start(bench.Host, options with { Devices = bench.Devices }));
        Assert.False(bench.Devices[0].IsOpen);
        Assert.Empty(bench.Host.Processes);
    }
}
