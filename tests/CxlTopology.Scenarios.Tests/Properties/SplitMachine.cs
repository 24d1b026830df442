using System.Globalization;
using System.Text;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>A machine for a <see cref="Split"/>: its text, drawn from a seed where the split leaves a choice, and where its region's addresses go.</summary>
internal sealed class SplitMachine
{
    private const ulong Quarter = 256UL << 20;
    private readonly Split split;
    private readonly XorMaps? maps;
    private readonly int[][] rootPorts;
    private readonly int[][][] downstreamPorts;

    public SplitMachine(Split split, ulong seed)
    {
        this.split = split;
        var random = new RandomStream(seed, split.ToString());
        // Any multiple of 256 MiB: not always one of three of them, which moves the first granule of 3, 6 and 12 ways to another target.
        Base = (16 + random.Next(4096)) * Quarter; // above the host's own 4 GiB
        DeviceBytes = (1 + random.Next(4)) * Quarter;
        if (split.Xor)
            maps = DrawMaps(ref random);
        rootPorts = new int[split.Root][];
        downstreamPorts = new int[split.Root][][];
        for (int bridge = 0; bridge < split.Root; bridge++)
        {
            rootPorts[bridge] = Shuffle(split.Bridge, ref random);
            downstreamPorts[bridge] = new int[split.Bridge][];
            for (int port = 0; port < split.Bridge; port++)
                downstreamPorts[bridge][port] = Shuffle(split.Switch, ref random);
        }

        Order = [.. Enumerable.Range(0, split.Ways).Select(RouteOf)];
        Yaml = Write();
    }

    public ulong Base { get; }

    public ulong DeviceBytes { get; }

    public ulong Size => DeviceBytes * (ulong)split.Ways;

    /// <summary>The endpoints by position.</summary>
    public string[] Order { get; }

    public string Yaml { get; }

    /// <summary>What the translation functions say of an address.</summary>
    public (string Device, ulong Dpa) Translate(ulong hpa)
    {
        (int position, ulong dpa) = AddressTranslation.ToDevice(hpa - Base, Interleave.Of(split.Ways, split.Granularity), Arithmetic, maps);
        return (Order[position], dpa);
    }

    /// <summary>And the way back.</summary>
    public ulong TranslateBack(string device, ulong dpa) =>
        Base + AddressTranslation.ToHost(Array.IndexOf(Order, device), dpa, Interleave.Of(split.Ways, split.Granularity), Arithmetic, maps);

    private InterleaveArithmetic Arithmetic => split.Xor ? InterleaveArithmetic.Xor : InterleaveArithmetic.Modulo;

    /// <summary>Where the hardware takes the first granule of a position: each level looks at the absolute address.</summary>
    private string RouteOf(int position)
    {
        ulong address = Base + (ulong)position * (ulong)split.Granularity;
        int bridge = (int)(address / (ulong)split.Granularity % (ulong)split.Root);
        int port = rootPorts[bridge][(int)(address / (ulong)split.BridgeGranularity % (ulong)split.Bridge)];
        int below = downstreamPorts[bridge][port][(int)(address / (ulong)split.SwitchGranularity % (ulong)split.Switch)];
        return string.Create(CultureInfo.InvariantCulture, $"e{bridge}-{port}-{below}");
    }

    // The lowest bit of each map is the one plain arithmetic would take; the others lie above all bits that select, and below the base's.
    private XorMaps? DrawMaps(ref RandomStream random)
    {
        int lowest = 8 + InterleaveGranularity.All.ToArray().ToList().IndexOf(split.Granularity);
        var chosen = new ulong[XorMaps.MapsUsed(split.Root)];
        for (int i = 0; i < chosen.Length; i++)
        {
            ulong above = random.Next(1UL << 28) & ~((1UL << 16) - 1);
            chosen[i] = 1UL << (lowest + i) | above | 1UL << (16 + i);
        }

        Assert.True(XorMaps.TryCreate(chosen, split.Root, out XorMaps? created, out _));
        return created;
    }

    private string Write()
    {
        var text = new StringBuilder("version: 1\nhosts:\n  host0:\n    windows:\n");
        string targets = string.Join(", ", Enumerable.Range(0, split.Root).Select(b => $"hb{b}"));
        string xor = maps is null ? "" : $", arithmetic: xor, xormaps: [{string.Join(", ", maps.Maps.Select(m => "0x" + m.ToString("x", CultureInfo.InvariantCulture)))}]";
        text.Append(CultureInfo.InvariantCulture, $"      - {{base: 0x{Base:x}, size: {Size}B, targets: [{targets}], granularity: {split.Granularity}B{xor}}}\n    bridges:\n");
        for (int bridge = 0; bridge < split.Root; bridge++)
        {
            text.Append(CultureInfo.InvariantCulture, $"      hb{bridge}:\n");
            for (int port = 0; port < split.Bridge; port++)
            {
                string below = string.Join(", ", Enumerable.Range(0, split.Switch).Select(d => $"dsp{d}: e{bridge}-{port}-{d}"));
                text.Append(CultureInfo.InvariantCulture, $"        rp{port}: {(split.Switch == 1 ? $"e{bridge}-{port}-0" : $"{{switch: sw{bridge}-{port}, ports: {{{below}}}}}")}\n");
            }
        }

        text.Append("endpoints:\n");
        foreach (string endpoint in Order)
            text.Append(CultureInfo.InvariantCulture, $"  {endpoint}: {{type: 3, memory: {DeviceBytes}B}}\n");
        // Firmware programs it: an operating system makes only what Linux can.
        text.Append("firmware:\n");
        for (int bridge = 0; bridge < split.Root; bridge++)
        {
            if (split.Bridge > 1)
                text.Append(Decoder($"hb{bridge}", split.BridgeGranularity, split.Bridge, rootPorts[bridge]));
            for (int port = 0; port < split.Bridge && split.Switch > 1; port++)
                text.Append(Decoder($"sw{bridge}-{port}", split.SwitchGranularity, split.Switch, downstreamPorts[bridge][port]));
        }

        foreach (string endpoint in Order)
            text.Append(Decoder(endpoint, split.Granularity, split.Ways, []));
        return text.ToString();
    }

    private string Decoder(string component, int granularity, int ways, int[] targets) => string.Create(
        CultureInfo.InvariantCulture,
        $"  - {{component: {component}, decoder: 0, base: 0x{Base:x}, size: {Size}B, ways: {ways}, granularity: {granularity}B{(targets.Length == 0 ? "" : $", targets: [{string.Join(", ", targets)}]")}}}\n");

    private static int[] Shuffle(int count, ref RandomStream random)
    {
        int[] items = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = (int)random.Next((ulong)i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }

        return items;
    }
}
