using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The hot reset of one logical device of a multi-logical device: the others go on.</summary>
public sealed class LogicalDeviceTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Quarter = ResetBench.Quarter;
    private const int Devices = 4;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void HotReset_OfOne_LosesItsDecoderAndMemoryAlone(int reset)
    {
        ResetBench bench = Make(Devices);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            int mld = await os.Dvsec(bench.Device, 9);
            Assert.Equal((uint)Devices, await os.ReadConfig(bench.Device.Bdf, mld + 0x0A, 2));
            string before = await Registers(os, bench);
            await os.WriteConfig(bench.Device.Bdf, mld + 0x0C, 1u << reset, 2);
            Assert.Equal(0u, await os.ReadConfig(bench.Device.Bdf, mld + 0x0C, 2));
            Assert.Equal(before, await Registers(os, bench));
            ulong hdm = await Programmer.Decoders(os, bench.Device);
            for (int device = 0; device < Devices; device++)
            {
                uint control = (uint)await os.ReadMmio(hdm + (ulong)HdmCapabilityRegisters.DecoderOffset(device) + 0x10);
                Assert.Equal(device == reset ? 0u : 0x400u, control & 0x400);
                (AccessStatus status, ulong value) = await os.Load(Base + (ulong)device * Quarter);
                Assert.Equal(device == reset ? AccessStatus.NoEndpointDecoder : AccessStatus.Ok, status);
                if (device != reset)
                    Assert.Equal((ulong)device + 1, value);
            }

            Span<byte> line = stackalloc byte[64];
            bench.Devices[0].Media.Peek(new Dpa((ulong)reset * Quarter), line);
            Assert.Equal(-1, line.IndexOfAnyExcept((byte)0));
        });
        Assert.Equal(1, bench.Devices[0].LogicalResets);
        Endpoint reported = Make(Devices).Devices[0];
        SavedState.Carry(bench.Devices[0], reported);
        Assert.Equal(1, reported.LogicalResets);
    }

    [Fact]
    public void HotReset_OfThoseThatAreNotThere_DoesNothing()
    {
        ResetBench bench = Make(Devices);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            int mld = await os.Dvsec(bench.Device, 9);
            await os.WriteConfig(bench.Device.Bdf, mld + 0x0C, 0xFFF0, 2);
            for (int device = 0; device < Devices; device++)
                Assert.Equal((AccessStatus.Ok, (ulong)device + 1), await os.Load(Base + (ulong)device * Quarter));
        });
        Assert.Equal(0, bench.Devices[0].LogicalResets);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HotReset_OfOne_KeepsItsMemoryIfTheRegistersSaySo(bool kept)
    {
        ResetBench bench = Make(Devices, DeviceDvsecOptions.Type3 with { VolatileKeptHot = kept });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.WriteConfig(bench.Device.Bdf, await os.Dvsec(bench.Device, 9) + 0x0C, 1u << (Devices - 1), 2);
            Assert.Equal(AccessStatus.NoEndpointDecoder, (await os.Load(Base + (Devices - 1) * Quarter)).Status);
            var programmer = new Programmer(os, bench);
            await programmer.Commit(bench.Device, Devices - 1, Base + (Devices - 1) * Quarter, Quarter);
            (AccessStatus status, ulong value) = await os.Load(Base + (Devices - 1) * Quarter);
            Assert.Equal((AccessStatus.Ok, kept ? (ulong)Devices : 0), (status, value));
            Assert.Equal(!kept, os.WasLost);
        });
    }

    [Fact]
    public void HotReset_OfPersistentMemory_KeepsIt()
    {
        ResetBench bench = Make(2, volatileQuarters: 1);
        bench.Run(async os =>
        {
            await Ready(os, bench, 2);
            await os.WriteConfig(bench.Device.Bdf, await os.Dvsec(bench.Device, 9) + 0x0C, 2, 2);
            var programmer = new Programmer(os, bench);
            await programmer.Commit(bench.Device, 1, Base + Quarter, Quarter);
            Assert.Equal((AccessStatus.Ok, 2UL), await os.Load(Base + Quarter));
        });
    }

    [Fact]
    public void HotReset_OfOneUnderLoad_LeavesTheOthersTrafficRunning()
    {
        var agent = new TestAgent { Outstanding = 256 };
        ResetBench bench = Make(Devices, latency: SimDuration.FromMicroseconds(5), agent: agent);
        var probes = new List<Probe>();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            int mld = await os.Dvsec(bench.Device, 9);
            for (int i = 0; i < 16; i++)
            {
                for (int device = 0; device < Devices; device++)
                {
                    probes.Add(Probe.Read(Base + (ulong)device * Quarter + 0x1000 + 64 * (ulong)i));
                    probes.Add(Probe.Write(Base + (ulong)device * Quarter + 0x2000 + 64 * (ulong)i, [.. Enumerable.Repeat((byte)(i + 1), 64)]));
                }
            }

            agent.Queue(bench.Simulation, os.Now + SimDuration.FromNanoseconds(10), probes);
            await os.Wait(SimDuration.FromMicroseconds(2)); // all are in the medium
            await os.WriteConfig(bench.Device.Bdf, mld + 0x0C, 1u << 2, 2);
            await os.Wait(SimDuration.FromMicroseconds(100));
        });

        foreach (Probe probe in probes)
        {
            int device = (int)((probe.Address - Base) / Quarter);
            bool dropped = device == 2 && probe.Kind == MessageKind.M2SReq;
            Assert.True(dropped ? probe.Answers.Count == 0 : probe.Answers.Count == 1 && probe.Status == AccessStatus.Ok, $"{probe.Kind} of {device}: {probe.Answers.Count}");
        }

        Assert.Equal(16, bench.Devices[0].Lost);
    }

    [Fact]
    public void LogicalMemory_OfEach_IsItsShare()
    {
        Endpoint device = Make(Devices).Devices[0];
        Assert.Equal(Devices, device.LogicalDevices);
        Assert.Equal((new Dpa(2 * Quarter), new Dpa(3 * Quarter)), device.LogicalMemory(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.LogicalMemory(Devices));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.LogicalMemory(-1));
        Endpoint uneven = Make(3, volatileQuarters: 4).Devices[0];
        Assert.Equal(uneven.LogicalMemory(1).End, uneven.LogicalMemory(2).First);
        Assert.Equal(uneven.Capacity.Bytes, uneven.LogicalMemory(2).End.Value);
    }

    private static ResetBench Make(int devices, DeviceDvsecOptions? dvsec = null, int volatileQuarters = -1, SimDuration? latency = null, TestAgent? agent = null)
    {
        int quarters = Math.Max(devices, volatileQuarters);
        ulong capacity = (ulong)quarters * Quarter;
        return new ResetBench(
            device: new EndpointOptions
            {
                Capacity = new ByteSize(capacity),
                Volatile = new ByteSize(volatileQuarters < 0 ? capacity : (ulong)volatileQuarters * Quarter),
                Media = new MediaOptions { Latency = latency ?? new MediaOptions().Latency, Channels = 64 },
                Configuration = new EndpointConfigSpaceOptions
                {
                    Role = ComponentRole.Type3Endpoint,
                    Device = (dvsec ?? DeviceDvsecOptions.Type3) with { Range1Size = new ByteSize(capacity) },
                    LogicalDevices = devices,
                },
            },
            agent: agent);
    }

    private static async Task Ready(HostProgram os, ResetBench bench, int decoders = Devices)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(bench.Device);
        await programmer.Enable(bench.Device);
        for (int i = 0; i < decoders; i++)
        {
            uint control = await Programmer.Commit(os, await Programmer.Decoders(os, bench.Device), i, Base + (ulong)i * Quarter, Quarter, locked: i == 1 && decoders > 2, coherent: false);
            Assert.Equal(0x400u, control & 0xC00);
            Assert.Equal(AccessStatus.Ok, await os.Store(Base + (ulong)i * Quarter, (ulong)i + 1));
        }
    }

    private static async Task<string> Registers(HostProgram os, ResetBench bench)
    {
        var words = new List<uint>();
        for (int offset = 0; offset < 0x400; offset += 4)
        {
            if (!bench.Device.ExtendedCapabilities.Exists(c => c.Id == DataObjectClient.CapabilityId && offset >= c.Offset && offset < c.Offset + 0x18))
                words.Add(await os.ReadConfig(bench.Device.Bdf, offset));
        }

        return string.Join(' ', words.Select(w => w.ToString("x8", System.Globalization.CultureInfo.InvariantCulture)));
    }
}
