using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Fabric.Tests;

/// <summary>100,000 register accesses at random, over the fabric: none crashes, none breaks an access rule, and routing is what the registers say.</summary>
public sealed class RandomTrafficTests
{
    private const int Accesses = 200;
    private const ulong Base = FabricBench.Base;

    private int answered;
    private int refused;

    [Fact]
    public void Accesses_AtRandom_NeitherCrashNorBreakARule()
    {
        Prop.ForAll(Access.ArrayOf(Accesses).ToArbitrary(), Try).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(0xC0FFEE, 0x5EED5));

        // Both must have been seen, or the traffic proved nothing.
        Assert.InRange(answered, 100, 3900);
        Assert.InRange(refused, 100, 3900);
    }

    private static Gen<(int Where, int Offset, int Bytes, bool Writes, ulong Value)> Access =>
        from place in Gen.Frequency((4, Gen.Choose(0, 3)), (3, Gen.Choose(4, 5)), (1, Gen.Choose(6, 7)))
        from offset in Gen.Choose(0, 0x1FF)
        from width in Gen.Choose(0, 3)
        from writes in Gen.Elements(true, false)
        from value in Gen.OneOf(Gen.Constant(0UL), Gen.Constant(ulong.MaxValue), Gen.Choose(0, int.MaxValue).Select(v => (ulong)v * 0x1_0001_0003))
        select (place, offset, 1 << width, writes, value);

    private bool Try((int Where, int Offset, int Bytes, bool Writes, ulong Value)[] accesses)
    {
        var bench = new FabricBench(ports: 2);
        for (int port = 0; port < 2; port++)
        {
            bench.Enable(port);
            bench.Program(FabricBench.ToDevice(port), 0, Base, 2 * FabricBench.Quarter, 0x1210);
        }

        bench.Program(FabricBench.ToBridge, 0, Base, 2 * FabricBench.Quarter, 0x1210, 0x0100);
        bench.Agent.Outstanding = 1;
        ulong[] decoders = [bench.Where(FabricBench.ToBridge).HdmDecoders, bench.Where(FabricBench.ToDevice()).HdmDecoders];
        bench.Run([.. accesses.Select(a => ProbeOf(a, decoders))]);

        RoutingIsWhatTheRegistersSay(bench);
        return true;
    }

    private static Probe ProbeOf((int Where, int Offset, int Bytes, bool Writes, ulong Value) access, ulong[] decoders)
    {
        bool configuration = access.Where < 4;
        // Root ports, endpoints, a function that nobody has; then decoders of the bridge and of a device; then anywhere.
        ulong address = access.Where switch
        {
            < 2 => new Bdf(0, 0, (byte)access.Where, 0).ConfigurationAddress(access.Offset * 4),
            < 4 => new Bdf(0, (byte)(access.Where - 1), 0, 0).ConfigurationAddress(access.Offset * 4),
            < 6 => decoders[access.Where - 4] + (ulong)(access.Offset & 0xFF),
            6 => decoders[1] & ~0xFFFFUL | (ulong)access.Offset * 128,
            _ => access.Value,
        };
        IoFlags space = configuration ? IoFlags.Configuration : IoFlags.None;
        return access.Writes ? Probe.WriteRegister(address, access.Value, access.Bytes, space) : Probe.ReadRegister(address, access.Bytes, space);
    }

    /// <summary>What answers where, judged from the registers as the components have them now, and not as they were meant.</summary>
    private void RoutingIsWhatTheRegistersSay(FabricBench bench)
    {
        for (byte port = 0; port < 2; port++)
        {
            uint buses = Config32(bench, new Bdf(0, 0, port, 0), 0x18);
            byte secondary = (byte)(buses >> 8);
            if (secondary == 0 || secondary > (byte)(buses >> 16) || (port == 1 && Leads(bench, 0, secondary)))
                continue;
            Assert.Equal(0x0004_1E98u, Config32(bench, new Bdf(0, secondary, 0, 0), 0));
        }

        // Memory: the first committed decoder of each level that holds the address decides, or nothing answers.
        for (ulong address = Base; address < Base + 4 * FabricBench.Quarter; address += FabricBench.Quarter / 2)
        {
            Probe read = bench.Run(Probe.Read(address));
            HdmDecoder? chosen = bench.Bridge.Decoders!.Touched.FirstOrDefault(d => d.Settings.Committed && d.Settings.Contains(address));
            Endpoint? device = chosen is null || chosen.Settings.Interleave is not { } interleave ? null : DeviceAt(bench, chosen.Settings.TargetAt(interleave.TargetOf(address)));
            bool answers = device is { Decoders.Enabled: true } && (device.Control & 4) != 0 && device.Decoders.Touched.Any(d => d.Settings.Committed && d.Settings.Contains(address));
            answered += read.Status == AccessStatus.Ok ? 1 : 0;
            refused += read.Status == AccessStatus.Ok ? 0 : 1;
            if (read.Status == AccessStatus.Ok)
                Assert.Equal((true, device!.Id), (answers, read.Answer.Completer));
            else if (answers)
                Assert.Equal(AccessStatus.DpaOutOfRange, read.Status);
        }
    }

    private static bool Leads(FabricBench bench, byte port, byte bus)
    {
        uint buses = Config32(bench, new Bdf(0, 0, port, 0), 0x18);
        return (byte)(buses >> 8) != 0 && (byte)(buses >> 8) <= bus && bus <= (byte)(buses >> 16);
    }

    private static Endpoint? DeviceAt(FabricBench bench, int port) => (uint)port < (uint)bench.Devices.Count ? bench.Devices[port] : null;

    private static uint Config32(FabricBench bench, Bdf function, int offset) =>
        (uint)bench.Run(Probe.ReadRegister(function.ConfigurationAddress(offset), 4, IoFlags.Configuration)).Answer.Value;
}
