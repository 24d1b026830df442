using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The array at the start of the CXL.cache and CXL.mem registers that says which capabilities there are, and where.</summary>
/// <remarks>Entries with id 0 stay in the array: software skips them.</remarks>
public sealed class ComponentCapabilityArray : IRegisterTable
{
    /// <summary>Entries that fit before the first capability (0x80).</summary>
    public const int EntriesMax = 31;

    private static readonly ComponentCapabilityArray?[] known = new ComponentCapabilityArray?[EntriesMax + 1];

    private readonly Field<ComponentCapabilityId>[] ids;
    private readonly Field<byte>[] versions;
    private readonly Field<ushort>[] pointers;

    private ComponentCapabilityArray(int count)
    {
        Map = new($"CXL capability array of {count}", length: 4 + (4 * count), spec: "CXL 3.1 §8.2.4.1");
        Map.Field("CXL_Capability_ID", 0x00, 15, 0, HwInit, ComponentCapabilityId.Array);
        Map.Field<byte>("CXL_Capability_Version", 0x00, 19, 16, HwInit, 1);
        Map.Field<byte>("CXL_Cache_Mem_Version", 0x00, 23, 20, HwInit, 1);
        Map.Field<byte>("Array_Size", 0x00, 31, 24, HwInit, (byte)count);
        ids = new Field<ComponentCapabilityId>[count];
        versions = new Field<byte>[count];
        pointers = new Field<ushort>[count];
        for (int i = 0; i < count; i++)
        {
            ids[i] = Map.Field<ComponentCapabilityId>($"Entry {i + 1} CXL_Capability_ID", 4 + (4 * i), 15, 0, HwInit);
            versions[i] = Map.Field<byte>($"Entry {i + 1} CXL_Capability_Version", 4 + (4 * i), 19, 16, HwInit);
            pointers[i] = Map.Field<ushort>($"Entry {i + 1} CXL_Capability_Pointer", 4 + (4 * i), 31, 20, HwInit);
        }
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>Entries, without the header.</summary>
    public int Count => ids.Length;

    /// <summary>The array for a number of entries. The same instance every time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 0 to 31.</exception>
    public static ComponentCapabilityArray For(int count)
    {
        if (count is < 0 or > EntriesMax)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A capability array has 0 to {EntriesMax} entries here.");
        lock (known)
            return known[count] ??= new ComponentCapabilityArray(count);
    }

    /// <summary>Which capability an entry, from 0, is.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such entry.</exception>
    public Field<ComponentCapabilityId> Id(int entry) => ids[entry];

    /// <summary>Its version.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such entry.</exception>
    public Field<byte> Version(int entry) => versions[entry];

    /// <summary>Where it is, in bytes from the array.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such entry.</exception>
    public Field<ushort> Pointer(int entry) => pointers[entry];
}
