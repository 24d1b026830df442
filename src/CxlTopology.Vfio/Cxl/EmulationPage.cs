using System.Globalization;
using System.Text;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What a guest reads and what its writes do, register by register and dialect by dialect, as a page of the documentation shows it.</summary>
public static class EmulationPage
{
    /// <summary>The tables, in Markdown.</summary>
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
            foreach (IGrouping<(string, string), VfioDialect> same in VfioDialects.All.GroupBy(d => Words(register.In(d))))
            {
                string dialects = same.Count() == VfioDialects.All.Count ? "all" : string.Join(", ", same.Select(VfioDialects.NameOf));
                text.Append(CultureInfo.InvariantCulture, $"| {register.Name} | 0x{register.Offset:x2} | {register.Length} | {dialects} | {same.Key.Item1} | {same.Key.Item2} |\n");
            }
        }

        text.Append('\n');
    }

    private static (string Reads, string Writes) Words(RegisterRule? rule) => rule is null ? ("the device", "goes to the device") : (rule.Reads, rule.Writes);
}
