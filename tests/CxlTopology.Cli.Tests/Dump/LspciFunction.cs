using System.Globalization;
using System.Text.RegularExpressions;

namespace CxlTopology.Cli.Tests.Dump;

/// <summary>One function as lspci prints it.</summary>
internal sealed partial class LspciFunction
{
    private readonly byte[] bytes = new byte[4096];

    private LspciFunction(string[] lines)
    {
        Lines = lines;
        Address = lines[0].Split(' ')[0];
        foreach (string line in lines)
        {
            if (HexLine().Match(line) is not { Success: true } hex)
                continue;
            int at = int.Parse(hex.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            foreach (string value in hex.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                bytes[at++] = byte.Parse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Where it is: <c>0000:0c:00.0</c>.</summary>
    public string Address { get; }

    /// <summary>All that is printed of it.</summary>
    public string[] Lines { get; }

    /// <summary>Its CXL DVSECs by id, with offset and the lines they are decoded to.</summary>
    public Dictionary<int, (int Offset, string[] Decoded)> Dvsecs => field ??= FindDvsecs();

    /// <summary>The functions in what <c>lspci -D -nn -vvv -xxxx</c> prints.</summary>
    public static IReadOnlyList<LspciFunction> Parse(string output) =>
        [.. output.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => new LspciFunction(block.Trim('\n').Split('\n')))];

    /// <summary>The line that begins so, without indentation; fails if there is none or are several.</summary>
    public string Line(string start) => Assert.Single(Lines.Select(line => line.Trim()), line => line.StartsWith(start, StringComparison.Ordinal));

    /// <summary>A register of configuration space, of 2 bytes.</summary>
    public int Word(int offset) => bytes[offset] | bytes[offset + 1] << 8;

    /// <summary>A register of configuration space, of 4 bytes.</summary>
    public uint Dword(int offset) => (uint)(Word(offset) | Word(offset + 2) << 16);

    /// <summary>The addresses of its 64-bit BARs by number.</summary>
    public IReadOnlyList<(int Bar, ulong Address)> Regions => [.. Lines.Select(line => RegionLine().Match(line)).Where(match => match.Success)
        .Select(match => (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), ulong.Parse(match.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];

    private Dictionary<int, (int Offset, string[] Decoded)> FindDvsecs()
    {
        Dictionary<int, (int, string[])> found = [];
        for (int i = 0; i < Lines.Length; i++)
        {
            if (DvsecLine().Match(Lines[i]) is not { Success: true } head)
                continue;
            string[] decoded = [.. Lines.Skip(i + 1).TakeWhile(line => line.StartsWith("\t\t", StringComparison.Ordinal)).Select(line => line.Trim())];
            found.Add(Hex(head.Groups[2]), (Hex(head.Groups[1]), decoded));
        }

        return found;
    }

    private static int Hex(Group group) => int.Parse(group.Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^([0-9a-f]{2,3}):((?: [0-9a-f]{2}){16})$")]
    private static partial Regex HexLine();

    [GeneratedRegex(@"Capabilities: \[([0-9a-f]+) v1\] Designated Vendor-Specific: Vendor=1e98 ID=([0-9a-f]{4}) .*: CXL$")]
    private static partial Regex DvsecLine();

    [GeneratedRegex(@"Region (\d): Memory at ([0-9a-f]+) \(64-bit, prefetchable\)$")]
    private static partial Regex RegionLine();
}
