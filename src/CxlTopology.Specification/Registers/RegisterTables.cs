using System.Globalization;
using System.Text;

namespace CxlTopology.Specification;

/// <summary>
/// All register tables, for reading: one space a kind of component, with everything it can have, and every block in them.
/// </summary>
public static class RegisterTables
{
    private const uint PortDecoders = 0x0000_0382;
    private const uint DeviceDecoders = 0x0000_1B12;

    /// <summary>The spaces, configuration space first, by kind of component.</summary>
    public static IReadOnlyList<RegisterLayout> Layouts { get; } =
    [
        ConfigSpaceLayouts.Port(new() { Role = ComponentRole.RootPort }).Registers,
        ConfigSpaceLayouts.Port(new() { Role = ComponentRole.UpstreamPort }).Registers,
        ConfigSpaceLayouts.Port(new() { Role = ComponentRole.DownstreamPort }).Registers,
        ConfigSpaceLayouts.EventCollector().Registers,
        ConfigSpaceLayouts.Endpoint(new() { Role = ComponentRole.Type3Endpoint, NonCxlFunctionMap = true, LogicalDevices = 16 }).Registers,
        ConfigSpaceLayouts.Endpoint(new() { Role = ComponentRole.Type2Endpoint, NonCxlFunctionMap = true }).Registers,
        ConfigSpaceLayouts.Function(new()).Registers,
        ConfigSpaceLayouts.Function(new() { Device = DeviceDvsecOptions.FurtherFunction(DeviceDvsecOptions.Type2) }).Registers,
        Component(ComponentRole.HostBridge, PortDecoders),
        Component(ComponentRole.RootPort, null),
        Component(ComponentRole.UpstreamPort, PortDecoders),
        Component(ComponentRole.DownstreamPort, null),
        Component(ComponentRole.Type3Endpoint, DeviceDecoders),
        Component(ComponentRole.Type2Endpoint, DeviceDecoders),
        DeviceRegisterLayout.For().Registers,
        MsixTableLayout.For(1).Registers,
        FunctionRegisters.Layout,
    ];

    /// <summary>Every block once, in the order of the spaces; HDM decoders, which own their registers, last.</summary>
    public static IReadOnlyList<RegisterMap> Maps { get; } =
    [
        .. Layouts.SelectMany(layout => layout.Blocks).Select(block => block.Map).Distinct(),
        HdmDecoderRegisters.For(ComponentKind.HostBridge, backInvalidate: true).Map,
        HdmDecoderRegisters.For(ComponentKind.Endpoint, backInvalidate: true).Map,
    ];

    /// <summary>The tables as a Markdown page, the same text every time, with line feeds.</summary>
    public static string ToMarkdown()
    {
        StringBuilder page = new();
        page.Append("# Registers\n\n");
        page.Append("Printed from the tables in the code. Offsets are hexadecimal, from the start of the space or of the block;\n");
        page.Append("bits are those of the register at the offset. What is not listed is reserved: it reads 0 and ignores writes.\n\n");
        AppendAccess(page);
        AppendResets(page);
        page.Append("## Spaces\n");
        foreach (RegisterLayout layout in Layouts)
            AppendLayout(page, layout);
        page.Append("\n## Blocks\n");
        foreach (RegisterMap map in Maps)
            AppendMap(page, map);
        return page.ToString();
    }

    private static RegisterLayout Component(ComponentRole role, uint? hdm) => ComponentRegisterLayout.Of(new()
    {
        Role = role,
        Hdm = hdm is uint word ? new HdmCapability(word) : null,
        BackInvalidate = true,
        CacheIds = CacheIdRouteTableRegisters.TargetsMax,
    }).Registers;

    private static void AppendAccess(StringBuilder page)
    {
        page.Append("| access | what software may do |\n|---|---|\n");
        foreach (RegisterAccess access in Enum.GetValues<RegisterAccess>())
            page.Append(CultureInfo.InvariantCulture, $"| {access} | {Describe(access)} |\n");
        page.Append('\n');
    }

    private static void AppendResets(StringBuilder page)
    {
        page.Append("## Resets\n\n| registers |");
        foreach (ResetKind kind in Enum.GetValues<ResetKind>())
            page.Append(CultureInfo.InvariantCulture, $" {kind} |");
        page.Append("\n|---|---|---|---|---|---|\n");
        foreach (ResetClass block in Enum.GetValues<ResetClass>())
        {
            page.Append(CultureInfo.InvariantCulture, $"| {block} |");
            foreach (ResetKind kind in Enum.GetValues<ResetKind>())
                page.Append(CultureInfo.InvariantCulture, $" {Describe(ResetRules.EffectOf(block, kind))} |");
            page.Append('\n');
        }

        page.Append('\n');
    }

    private static void AppendLayout(StringBuilder page, RegisterLayout layout)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n### {layout.Name}, 0x{layout.Length:x} bytes\n\n");
        page.Append("| offset | length | block | resets as | defined in |\n|---|---|---|---|---|\n");
        var rows = layout.Blocks
            .Select(block => (block.Offset, Text: $"0x{block.Length:x} | {block.Map.Name} | {block.ResetClass} | {block.Map.Spec} |\n"))
            .Concat(layout.Ranges.Select(range => (range.Offset, Text: $"0x{range.Length:x} | {range.Name} | their own | |\n")))
            .OrderBy(row => row.Offset);
        foreach ((int offset, string text) in rows)
            page.Append(CultureInfo.InvariantCulture, $"| 0x{offset:x3} | {text}");
    }

    private static void AppendMap(StringBuilder page, RegisterMap map)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n### {map.Name}, 0x{map.Length:x} bytes ({map.Spec})\n\n");
        page.Append("| offset | bits | name | access | reset |\n|---|---|---|---|---|\n");
        foreach (RegisterField field in map.Fields)
        {
            uint reset = (map.ResetAt(field.Offset) & field.Mask) >> field.Lsb;
            page.Append(
                CultureInfo.InvariantCulture,
                $"| 0x{field.RegisterOffset:x2} | {field.Bits.Trim('[', ']')} | {field.Name} | {field.Access} | 0x{reset:x} |\n");
        }
    }

    private static string Describe(RegisterAccess access) => access switch
    {
        RegisterAccess.RO => "read; hardware may change it",
        RegisterAccess.HwInit => "read; fixed before software sees it",
        RegisterAccess.RW => "read and write",
        RegisterAccess.RW1C => "a one written clears the bit",
        RegisterAccess.RWL => "read and write until locked",
        RegisterAccess.RWO => "a bit that is one stays one until reset",
        RegisterAccess.WO => "reads 0; what is written is a request to the hardware",
        RegisterAccess.ROS => "RO, kept over a hot reset",
        RegisterAccess.RWS => "RW, kept over a hot reset",
        RegisterAccess.RW1CS => "RW1C, kept over a hot reset",
        _ => throw new ArgumentOutOfRangeException(nameof(access), access, "Not an access rule."),
    };

    private static string Describe(ResetEffect effect)
    {
        if ((effect & ResetEffect.Initial) == 0)
            return "not affected";
        if ((effect & ResetEffect.KeepLocked) != 0)
            return "all but sticky, write-once and locked";
        return (effect & ResetEffect.KeepSticky) != 0 ? "all but sticky" : "all";
    }
}
