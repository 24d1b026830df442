using System.Globalization;
using System.Text;
using CxlTopology.Software;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>What the core has programmed, left by firmware instead: the next core finds the same regions.</summary>
public sealed class FirmwareProperties
{
    [Fact]
    public void RegistersOfRandomRegions_LeftByFirmware_AreTheSameRegions()
    {
        int regions = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => { regions += RoundTrip((ulong)seed); }));
        Assert.True(regions > 10, $"{regions} regions only");
    }

    private static int RoundTrip(ulong seed)
    {
        var drawn = new RandomRegions(seed);
        CoreMachine first = CoreMachine.Boot(drawn.Yaml);
        foreach (RandomRegions.Request request in drawn.Requests)
        {
            try
            {
                first.Do(() => first.Commands.Create(new RegionRequest(first.Window(request.Window))
                {
                    IsPersistent = request.IsPersistent,
                    Memdevs = [.. request.Endpoints.Select(first.Memdev)],
                    Granularity = request.Granularity,
                    Size = ByteSize.MiB(request.MebiBytes),
                }));
            }
            catch (ErrnoException)
            {
                continue; // not possible here
            }
        }

        string text = drawn.Yaml + "firmware:\n" + FirmwareOf(first, drawn);
        if (first.Core.Regions.Count == 0)
            return 0;
        CoreMachine second = CoreMachine.Boot(text);

        Assert.Equal(first.Core.Regions.Select(Describe).Order(), second.Core.Regions.Select(Describe).Order());
        Assert.All(second.Core.Regions, r => Assert.Equal((CxlRegionState.Commit, true, true), (r.State, r.IsAuto, r.Enabled)));
        return first.Core.Regions.Count;
    }

    private static string Describe(CxlRegion region) => string.Create(
        CultureInfo.InvariantCulture,
        $"{region.Base} {region.Size} {region.Ways}x{region.Granularity} {region.IsPersistent} {string.Join(" ", region.Targets.Select(t => $"{t!.Port.Memdev!.Serial:x}.{t.Instance}@{t.DpaBase}"))}");

    /// <summary>The registers of all committed decoders, as writes of firmware.</summary>
    private static string FirmwareOf(CoreMachine machine, RandomRegions drawn)
    {
        var text = new StringBuilder();
        Dictionary<(string Port, int Offset), uint> registers = machine.Registers();
        foreach ((CxlPort port, string component) in Components(machine, drawn))
        {
            foreach (CxlDecoder decoder in port.Decoders.Where(d => d.Enabled))
            {
                foreach (int register in new[] { 0x04, 0x00, 0x0C, 0x08, 0x18, 0x14, 0x10 })
                {
                    int offset = HdmCapabilityRegisters.DecoderOffset(decoder.Instance) + register;
                    text.Append(CultureInfo.InvariantCulture, $"  - {{component: {component}, offset: {offset}, value: 0x{registers[(port.Host, offset)]:x}}}\n");
                }
            }

            if (port.Kind == CxlPortKind.Endpoint && port.CommitEnd >= 0)
                text.Append(CultureInfo.InvariantCulture, $"  - {{component: {component}, dvsec-control: 6}}\n  - {{component: {component}, offset: 4, value: 2}}\n");
        }

        return text.ToString();
    }

    private static Dictionary<CxlPort, string> Components(CoreMachine machine, RandomRegions drawn)
    {
        var names = new Dictionary<CxlPort, string>();
        for (int i = 0; i < drawn.Endpoints; i++)
        {
            List<string> path = drawn.PathTo($"m{i}");
            CxlPort port = machine.Memdev($"m{i}").Endpoint!;
            for (int level = path.Count - 1; level >= 0; level--, port = port.Parent!)
                names[port] = path[level];
        }

        return names;
    }
}
