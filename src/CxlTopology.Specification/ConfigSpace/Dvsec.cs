namespace CxlTopology.Specification;

/// <summary>Framing of a CXL DVSEC: an extended capability with id 0x23 of vendor 0x1E98, told from the others by its DVSEC id.</summary>
public static class Dvsec
{
    /// <summary>Extended capability id of every DVSEC.</summary>
    public const ushort CapabilityId = 0x0023;

    /// <summary>The vendor id the CXL DVSECs carry.</summary>
    public const ushort Vendor = 0x1E98;

    /// <summary>A map with the six header rows. The length is that of the map.</summary>
    internal static RegisterMap NewMap(string name, int length, string spec, byte revision, ushort id)
    {
        RegisterMap map = PciExtendedCapability.NewMap(name, length, spec, CapabilityId, version: 1);
        map.Field<ushort>("DVSEC Vendor ID", 0x04, 15, 0, RegisterAccess.HwInit, Vendor);
        map.Field<byte>("DVSEC Revision", 0x04, 19, 16, RegisterAccess.HwInit, revision);
        map.Field<ushort>("DVSEC Length", 0x04, 31, 20, RegisterAccess.HwInit, (ushort)length);
        map.Field<ushort>("DVSEC ID", 0x08, 15, 0, RegisterAccess.HwInit, id);
        return map;
    }
}
