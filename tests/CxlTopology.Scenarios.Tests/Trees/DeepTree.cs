using System.Globalization;
using System.Text;

namespace CxlTopology.Scenarios.Tests;

/// <summary>The text of a balanced tree below one root port: so many ports on every level of switches, devices at the ends, one region over all of them.</summary>
/// <remarks>
/// A device is named by the ports that lead to it, from the top: <c>m101</c>. Position p of the region takes port p mod w1 of the first switch, (p / w1) mod w2 of the second, and so on: each level
/// decodes the address bits above those of the levels before.
/// </remarks>
internal sealed class DeepTree
{
    public const ulong Base = 0x20_0000_0000;
    public const ulong DeviceBytes = 256UL << 20;
    private readonly StringBuilder text = new();
    private readonly List<string> devices = [];

    public DeepTree(int[] fanouts, int granularity)
    {
        Fanouts = fanouts;
        Granularity = granularity;
        Ways = fanouts.Aggregate(1, (product, w) => product * w);
        ulong size = (ulong)Ways * DeviceBytes;
        text.Append(CultureInfo.InvariantCulture, $"version: 1\nhosts:\n  host0:\n    windows:\n      - {{base: 0x{Base:x}, size: {size}B, targets: [hb0], granularity: {granularity}B}}\n    bridges:\n      hb0:\n        rp0:\n");
        AddSwitch(0, "", 10);
        text.Append("endpoints:\n");
        foreach (string device in devices)
            text.Append(CultureInfo.InvariantCulture, $"  {device}: {{type: 3, memory: 256MiB}}\n");
        text.Append(CultureInfo.InvariantCulture, $"regions:\n  region0: {{endpoints: [{string.Join(", ", Order)}], granularity: {granularity}B, size: {size}B}}\n");
    }

    public int[] Fanouts { get; }

    public int Granularity { get; }

    public int Ways { get; }

    public string Yaml => text.ToString();

    /// <summary>The devices by position.</summary>
    public IEnumerable<string> Order => Enumerable.Range(0, Ways).Select(NameOf);

    /// <summary>Where an address goes, by the definition of interleaving: granules in turn.</summary>
    public (string Device, ulong Dpa) Predict(ulong hpa)
    {
        ulong offset = hpa - Base;
        ulong granule = offset / (ulong)Granularity;
        return (NameOf((int)(granule % (ulong)Ways)), granule / (ulong)Ways * (ulong)Granularity + offset % (ulong)Granularity);
    }

    private string NameOf(int position)
    {
        var name = new StringBuilder("m");
        foreach (int ways in Fanouts)
        {
            name.Append(position % ways);
            position /= ways;
        }

        return name.ToString();
    }

    private void AddSwitch(int level, string prefix, int indent)
    {
        string blanks = new(' ', indent);
        text.Append(CultureInfo.InvariantCulture, $"{blanks}switch: sw{prefix}\n{blanks}ports:\n");
        for (int port = 0; port < Fanouts[level]; port++)
        {
            string below = prefix + port.ToString(CultureInfo.InvariantCulture);
            if (level + 1 == Fanouts.Length)
            {
                text.Append(CultureInfo.InvariantCulture, $"{blanks}  dsp{port}: m{below}\n");
                devices.Add("m" + below);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{blanks}  dsp{port}:\n");
                AddSwitch(level + 1, below, indent + 4);
            }
        }
    }
}
