using System.Globalization;
using System.Text;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What a guest reads and what its writes do, register by register and dialect by dialect, as a page of the documentation shows it.</summary>
public static class EmulationPage
{
    /// <summary>What dialects differ in, and what of a BAR can be mapped under each, in Markdown.</summary>
    public static string WriteDialects()
    {
        var text = new StringBuilder();
        Append(text, "### The device", DialectTraits.Device);
        Append(text, "### What its user sees", DialectTraits.Sees);
        Append(text, "### What its user can do", DialectTraits.Does);
        text.Append("### What of the BAR can be mapped\n\nOffset and length of each area, in KiB.\n\n| BAR | component registers at |");
        text.AppendJoin("", VfioDialects.All.Select(d => $" `{VfioDialects.NameOf(d)}` |")).Append("\n|---|---|---|---|---|\n");
        foreach ((ulong bar, ulong block) in ((ulong, ulong)[])[(64, 0), (128, 0), (128, 64), (256, 64)])
        {
            text.Append(CultureInfo.InvariantCulture, $"| {bar} | {block} |");
            foreach (VfioDialect dialect in VfioDialects.All)
            {
                IReadOnlyList<VfioArea> areas = SparseAreas.Around(dialect, bar << 10, block << 10);
                text.Append(' ').AppendJoin(", ", areas.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Offset >> 10} + {a.Size >> 10}"))).Append(areas.Count == 0 ? "nothing |" : " |");
            }

            text.Append('\n');
        }

        return text.Append('\n').ToString();
    }

    private static void Append(StringBuilder text, string title, IReadOnlyList<DialectTrait> traits)
    {
        text.Append(CultureInfo.InvariantCulture, $"{title}\n\n| |").AppendJoin("", VfioDialects.All.Select(d => $" `{VfioDialects.NameOf(d)}` |")).Append("\n|---|---|---|---|\n");
        foreach (DialectTrait trait in traits)
            text.Append(CultureInfo.InvariantCulture, $"| {trait.What} |").AppendJoin("", VfioDialects.All.Select(d => $" {trait.In(d)} |")).Append('\n');
        text.Append('\n');
    }

    /// <summary>The tables of registers, in Markdown.</summary>
    public static string Write()
    {
        var text = new StringBuilder();
        Append(text, "### Device DVSEC", "Offsets from the start of the capability.", DvsecEmulation.Registers);
        Append(text, "### HDM decoder capability", "Offsets from its start.", HdmEmulation.Head);
        Append(
            text,
            "### HDM decoder",
            string.Create(CultureInfo.InvariantCulture, $"Offsets from its Base Low, which is at 0x{HdmCapabilityRegisters.FirstDecoder:x} of the capability for the first, 0x{HdmCapabilityRegisters.DecoderLength:x} further for each that follows."),
            HdmEmulation.Decoder);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, string where, IReadOnlyList<EmulatedRegister> registers)
    {
        text.Append(CultureInfo.InvariantCulture, $"{title}\n\n{where}\n\n| register | offset | bytes | dialect | a read gives | a write |\n|---|---|---|---|---|---|\n");
        foreach (EmulatedRegister register in registers)
        {
            foreach (IGrouping<(string, string), VfioDialect> same in VfioDialects.All.GroupBy(d => Words(register.In(d), d)))
            {
                string dialects = same.Count() == VfioDialects.All.Count ? "all" : string.Join(", ", same.Select(VfioDialects.NameOf));
                text.Append(CultureInfo.InvariantCulture, $"| {register.Name} | 0x{register.Offset:x2} | {register.Length} | {dialects} | {same.Key.Item1} | {same.Key.Item2} |\n");
            }
        }

        text.Append('\n');
    }

    private static (string Reads, string Writes) Words(RegisterRule? rule, VfioDialect dialect) =>
        rule is not null ? (rule.Reads, rule.Writes) : ("the device", dialect == VfioDialect.RfcV2AsPosted ? "goes to the device" : "dropped");
}
