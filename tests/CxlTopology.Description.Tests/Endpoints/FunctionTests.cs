using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description.Tests.Endpoints;

/// <summary>The further functions of an endpoint.</summary>
public sealed class FunctionTests
{
    private static EndpointModel Load(string endpoint)
    {
        DescriptionResult result = TopologyFile.Parse(
            $"version: 1\nhosts: {{host0: {{bridges: {{hb0: {{rp0: e}}}}}}}}\nendpoints: {{e: {endpoint}}}\n", "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!.Endpoints[0];
    }

    [Fact]
    public void Read_NoFunctions_IsFunction0Alone() => Assert.Empty(Load("{type: 2, memory: 1GiB}").Functions);

    [Fact]
    public void Read_Functions_AreNumberedInTheirOrder()
    {
        EndpointModel endpoint = Load("{type: 2, memory: 1GiB, functions: {a: , b: {number: 5}, c: {}, d: {number: 2}}}");
        Assert.Equal([("a", 1), ("d", 2), ("b", 5), ("c", 6)], endpoint.Functions.Select(f => (f.Name, f.Number)));
        Assert.All(endpoint.Functions, f => Assert.False(f.IsCxl));
    }

    [Fact]
    public void Read_AFunction_HasItsDefaults()
    {
        FunctionModel function = Load("{type: 3, memory: 1GiB, functions: {copy: }}").Functions[0];
        Assert.Equal(new FunctionConfigSpaceOptions { Identity = FunctionConfigSpaceOptions.DefaultIdentity }, function.Configuration);
        Assert.Equal((SimDuration.FromMilliseconds(10), default(HardwareDelay)), (function.ResetTime, function.Ready));
    }

    [Fact]
    public void Read_AFunction_HasWhatIsStated()
    {
        FunctionModel function = Load(
            "{type: 2, memory: 1GiB, functions: {copy: {cxl: true, identity: {vendor: 0x8086, class: 0x0b4000}, bar0: 64KiB, bar2: 16MiB, msix-vectors: 4, reset-time: 1ms, ready: never}}}").Functions[0];
        Assert.True(function.IsCxl);
        Assert.Equal((ushort)0x8086, function.Configuration.Identity!.VendorId);
        Assert.Equal((ushort)0x0007, function.Configuration.Identity.DeviceId);
        Assert.Equal(0x0B4000u, function.Configuration.Identity.ClassCode);
        Assert.Equal((ByteSize.KiB(64), ByteSize.MiB(16), 4), (function.Configuration.FirstBar, function.Configuration.SecondBar, function.Configuration.MsixVectors));
        Assert.Equal(SimDuration.FromMilliseconds(1), function.ResetTime);
        Assert.True(function.Ready.IsNever);
        Assert.Equal(DeviceDvsecOptions.FurtherFunction(DeviceDvsecOptions.Type2), function.Configuration.Device);
    }

    [Fact]
    public void Read_GuestsFunctions_AreDevicesWithoutMemory()
    {
        DescriptionResult result = TopologyFile.Parse(
            """
            version: 1
            hosts:
              host0:
                memory: 4GiB
                windows: [{base: 0x20_0000_0000, size: 2GiB, targets: [hb0], allow: [type2, volatile]}]
                bridges: {hb0: {rp0: gpu0}}
            endpoints: {gpu0: {type: 2, memory: 1GiB, functions: {copy: , video: }}}
            guests: {guest0: {devices: [gpu0.copy, gpu0], guests: {inner: {devices: [gpu0.copy]}}}}
            workloads: {scan: {from: guest0, to: gpu0, count: 10}}

            """, "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        GuestModel guest = result.Model!.Guests[0];
        Assert.Equal(["gpu0.copy", "gpu0"], guest.Devices.Select(d => d.Name));
        Assert.Equal(["gpu0"], guest.OwnDevices.Select(d => d.Name));
        Assert.Equal([true, false], guest.Devices.Select(d => d.PassedOn));
        Assert.Equal(0UL, guest.Devices[0].Size.Bytes);
    }

    [Fact]
    public void Build_LargeBars_AllHaveAddresses()
    {
        DescriptionResult result = TopologyFile.Parse(
            """
            version: 1
            hosts: {host0: {bridges: {hb0: {rp0: e, rp1: f}}}}
            endpoints:
              e: &big {type: 2, memory: 1GiB, bar2: 8GiB, functions: {a: {bar2: 8GiB}, b: {bar2: 8GiB}, c: {bar2: 8GiB}, d: {bar2: 8GiB}, g: {bar2: 8GiB}, h: {bar2: 8GiB}, i: {bar2: 8GiB}}}
              f: {type: 3, memory: 1GiB, functions: {a: {bar2: 8GiB}}}

            """, "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        BuiltTopology built = TopologyBuilder.Build(result.Model!, new SimulationOptions());
        Assert.Empty(built.Simulation.Run().Failures);
        HostBridgeResources place = built.Bridges["host0.hb0"].Resources;
        var bars = new List<ulong>();
        foreach (Endpoint endpoint in built.Endpoints.Values)
        {
            foreach (int function in endpoint.FurtherFunctions.Prepend(0))
            {
                byte[] bytes = endpoint.DumpConfiguration(function)!;
                bars.Add(BitConverter.ToUInt64(bytes, 0x18) & ~0xFUL);
                Assert.Equal(0x80, bytes[0x0E] & 0x80);
            }
        }

        Assert.All(bars.Where(b => b != 0), b => Assert.True(place.HasMmio(b) && place.HasMmio(b + (8UL << 30) - 1)));
        Assert.Equal(9, bars.Where(b => b >= place.MmioBase && b % (8UL << 30) == 0).Distinct().Count());
    }
}
