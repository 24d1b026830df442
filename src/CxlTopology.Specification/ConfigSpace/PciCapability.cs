namespace CxlTopology.Specification;

/// <summary>Framing of a capability in the first 256 bytes of configuration space: its id, and where the next one is.</summary>
public static class PciCapability
{
    /// <summary>A map with the two rows every capability begins with.</summary>
    internal static RegisterMap NewMap(string name, int length, string spec, byte id)
    {
        RegisterMap map = new(name, length, spec);
        map.Field<byte>("Capability ID", 0x00, 7, 0, RegisterAccess.HwInit, id);
        map.Field<byte>(NextName, 0x00, 15, 8, RegisterAccess.HwInit);
        return map;
    }

    internal const string NextName = "Next Capability Pointer";

    /// <summary>The capability's id.</summary>
    /// <exception cref="ArgumentException">The map is not that of a capability.</exception>
    public static Field<byte> Id(RegisterMap map) => Row(map, 0);

    /// <summary>Where the next capability is; 0 in the last.</summary>
    /// <exception cref="ArgumentException">The map is not that of a capability.</exception>
    public static Field<byte> Next(RegisterMap map) => Row(map, 1);

    private static Field<byte> Row(RegisterMap map, int index) => map.Fields.Count > 1 && map.Fields[1].Name == NextName
        ? (Field<byte>)map.Fields[index]
        : throw new ArgumentException($"{map.Name} is not a capability.", nameof(map));
}
