using System.Buffers.Binary;

namespace CxlTopology.Vfio;

/// <summary>Reads the capabilities behind an info structure, as a program does that asked for it.</summary>
public static class VfioCapabilityChain
{
    private const int CapabilitiesMax = 64;

    /// <summary>The capabilities from an offset on, in order; a chain of more than 64, or one that leaves the bytes, ends there.</summary>
    /// <param name="bytes">The whole structure.</param>
    /// <param name="first">Offset of the first; 0 for none.</param>
    public static IReadOnlyList<VfioCapability> Read(ReadOnlySpan<byte> bytes, int first)
    {
        var found = new List<VfioCapability>();
        for (int at = first; at > 0 && at + VfioCapability.HeaderLength <= bytes.Length && found.Count < CapabilitiesMax;)
        {
            int next = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            int end = next > at && next <= bytes.Length ? next : bytes.Length;
            found.Add(new VfioCapability(
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[(at + 2)..]),
                bytes[(at + VfioCapability.HeaderLength)..end].ToArray()));
            at = next;
        }

        return found;
    }
}
