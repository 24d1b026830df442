namespace CxlTopology.Specification;

/// <summary>Framing of an extended capability, from 0x100 on in configuration space: id, version, and where the next one is.</summary>
public static class PciExtendedCapability
{
    internal const string NextName = "Next Capability Offset";

    /// <summary>A map with the three rows every extended capability begins with.</summary>
    internal static RegisterMap NewMap(string name, int length, string spec, ushort id, byte version)
    {
        RegisterMap map = new(name, length, spec);
        map.Field<ushort>("PCI Express Extended Capability ID", 0x00, 15, 0, RegisterAccess.HwInit, id);
        map.Field<byte>("Capability Version", 0x00, 19, 16, RegisterAccess.HwInit, version);
        map.Field<ushort>(NextName, 0x00, 31, 20, RegisterAccess.HwInit);
        return map;
    }

    /// <summary>The capability's id.</summary>
    /// <exception cref="ArgumentException">The map is not that of an extended capability.</exception>
    public static Field<ushort> Id(RegisterMap map) => (Field<ushort>)Checked(map).Fields[0];

    /// <summary>The version of its structure.</summary>
    /// <exception cref="ArgumentException">The map is not that of an extended capability.</exception>
    public static Field<byte> Version(RegisterMap map) => (Field<byte>)Checked(map).Fields[1];

    /// <summary>Where the next extended capability is; 0 in the last.</summary>
    /// <exception cref="ArgumentException">The map is not that of an extended capability.</exception>
    public static Field<ushort> Next(RegisterMap map) => (Field<ushort>)Checked(map).Fields[2];

    private static RegisterMap Checked(RegisterMap map) => map.Fields.Count > 2 && map.Fields[2].Name == NextName
        ? map
        : throw new ArgumentException($"{map.Name} is not an extended capability.", nameof(map));
}
