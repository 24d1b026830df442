using System.Globalization;
using System.Numerics;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads the fixed memory windows of a host.</summary>
internal sealed class WindowReader(ErrorSink errors)
{
    /// <summary>Windows of a host.</summary>
    public const int WindowsMax = 256;

    public IReadOnlyList<WindowModel> Read(SectionReader hostSection, HostModel host)
    {
        List<WindowModel> windows = [];
        foreach (YamlNode item in hostSection.List(HostKeys.Windows, WindowsMax))
        {
            WindowModel window = ReadOne(SectionReader.Open(item, WindowKeys.Table, errors), host, windows.Count);
            foreach (WindowModel other in windows)
            {
                if (window.Size.Bytes > 0 && window.Base.Value < other.End && other.Base.Value < window.End)
                {
                    errors.Add(DescriptionErrorCode.WindowsOverlap, window.Position,
                        string.Create(CultureInfo.InvariantCulture,
                            $"window {window.Index} overlaps window {other.Index}, which ends at 0x{other.End:x}"),
                        "Windows of a host are apart.");
                }
            }

            windows.Add(window);
        }

        return windows;
    }

    private static WindowModel ReadOne(SectionReader section, HostModel host, int index)
    {
        List<string> targets = ReadTargets(section, host);
        bool hasBase = section.TryGet(WindowKeys.Base, out Hpa first);
        bool hasSize = section.TryGet(WindowKeys.Size, out ByteSize size);
        int granularity = section.Get(WindowKeys.Granularity);
        WindowArithmetic arithmetic = section.Get(WindowKeys.Arithmetic);
        if (hasSize && targets.Count > 0 && size.Bytes % (Kinds.Quarter * (ulong)targets.Count) != 0)
        {
            section.Problem(DescriptionErrorCode.SizeMisaligned, section.PositionOf(WindowKeys.Size),
                $"the size {size} is not a multiple of 256 MiB times the {targets.Count} targets",
                $"The nearest below is {new ByteSize(size.Bytes - (size.Bytes % (Kinds.Quarter * (ulong)targets.Count)))}.");
        }

        if (hasBase && hasSize && (first.Value >= Kinds.AddressLimit || first.Value + size.Bytes > Kinds.AddressLimit))
        {
            section.Problem(DescriptionErrorCode.AddressTooHigh, section.PositionOf(WindowKeys.Base), "the window ends past 2^52",
                "CXL.mem carries 52 address bits.");
        }
        else if (hasBase && first.Value < host.Memory.Bytes)
        {
            section.Problem(DescriptionErrorCode.WindowOverHostMemory, section.PositionOf(WindowKeys.Base),
                $"the window begins inside the host's own memory, which ends at "
                    + $"0x{host.Memory.Bytes.ToString("x", CultureInfo.InvariantCulture)}", "Move the window up.");
        }

        WindowAllowance allow = WindowAllowance.None;
        foreach ((WindowAllowance value, SourcePosition _) in section.Values(WindowKeys.Allow, WindowKeys.AllowKind, 16))
            allow |= value;
        WindowModel window = new()
        {
            Index = index,
            Base = first,
            Size = size,
            Targets = targets,
            Granularity = granularity,
            Arithmetic = arithmetic,
            XorMaps = ReadXorMaps(section, arithmetic, targets.Count, granularity),
            QtgId = section.Get(WindowKeys.Qtg),
            Position = section.Position,
        };
        return section.Has(WindowKeys.Allow) ? window with { Allow = allow } : window;
    }

    private static List<string> ReadTargets(SectionReader section, HostModel host)
    {
        List<string> targets = [];
        foreach ((string name, SourcePosition position) in section.Values(WindowKeys.Targets, Kinds.Name, 64))
        {
            if (!host.Bridges.Any(bridge => bridge.Name == name))
            {
                section.Problem(DescriptionErrorCode.UnknownBridge, position, $"{host.Name} has no host bridge {PrintableText.Quote(name)}",
                    "Targets are host bridges of the same host." + Suggestion.Among(name, host.Bridges.Select(bridge => bridge.Name)));
            }
            else if (targets.Contains(name))
            {
                section.Problem(DescriptionErrorCode.TargetRepeated, position,
                    $"the target {PrintableText.Quote(name)} is listed twice", "List each host bridge once.");
            }

            targets.Add(name);
        }

        if (section.Find(WindowKeys.Targets) is YamlSequence list && targets.Count == list.Items.Count
            && targets.Count is not (1 or 2 or 3 or 4 or 6 or 8 or 12 or 16))
        {
            section.Problem(DescriptionErrorCode.WindowWays, section.PositionOf(WindowKeys.Targets),
                string.Create(CultureInfo.InvariantCulture, $"a window cannot have {targets.Count} targets"),
                "Use 1, 2, 3, 4, 6, 8, 12 or 16.");
        }

        return targets;
    }

    private static List<ulong> ReadXorMaps(SectionReader section, WindowArithmetic arithmetic, int ways, int granularity)
    {
        IReadOnlyList<(ulong Value, SourcePosition Position)> maps = section.Values(WindowKeys.XorMaps, Kinds.Unsigned64, 16);
        if (arithmetic == WindowArithmetic.Modulo)
        {
            if (section.Has(WindowKeys.XorMaps))
            {
                section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(WindowKeys.XorMaps),
                    "xormaps without \"arithmetic: xor\"",
                    "Add \"arithmetic: xor\", or leave the maps out.");
            }

            return [];
        }

        int needed = ways switch { 2 or 6 => 1, 4 or 12 => 2, 8 => 3, 16 => 4, _ => 0 };
        if (maps.Count < needed)
        {
            section.Problem(DescriptionErrorCode.XorMapsCount,
                section.Has(WindowKeys.XorMaps) ? section.PositionOf(WindowKeys.XorMaps) : section.PositionOf(WindowKeys.Arithmetic),
                string.Create(CultureInfo.InvariantCulture, $"{ways} ways need {needed} XOR maps, and there are {maps.Count}"),
                "One map gives one bit of the target's index.");
        }

        for (int i = 0; i < needed && i < maps.Count; i++)
        {
            ulong selects = (ulong)granularity << i;
            if (maps[i].Value == 0 || 1UL << BitOperations.TrailingZeroCount(maps[i].Value) != selects)
            {
                section.Problem(DescriptionErrorCode.XorMapsWrong, maps[i].Position,
                    string.Create(CultureInfo.InvariantCulture,
                        $"the lowest bit of map {i} is not bit {BitOperations.TrailingZeroCount(selects)}"),
                    "Map i begins at the bit that selects bit i of the target at this granularity.");
                continue;
            }

            for (int j = 0; j < needed && j < maps.Count; j++)
            {
                if (i != j && (maps[j].Value & selects) != 0 && maps[j].Value != selects)
                {
                    section.Problem(DescriptionErrorCode.XorMapsWrong, maps[j].Position,
                        string.Create(CultureInfo.InvariantCulture, $"map {j} contains the lowest bit of map {i}"),
                        "The maps' transform must be its own inverse.");
                }
            }
        }

        return [.. maps.Select(map => map.Value)];
    }
}
