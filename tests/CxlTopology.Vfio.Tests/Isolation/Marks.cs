using System.Buffers.Binary;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>What is written carries a mark of who wrote it, and host addresses are such as nobody writes: a leak is seen in whatever is read.</summary>
/// <remarks>
/// Windows, and the BARs above them, have the same nineteen bits from bit 33 up; what a guest writes never has these bits anywhere. So a value that has them, whole, in its halves or shifted, comes from a host
/// address. A word of data of a life of a guest has the life's mark in the upper half of each of its dwords.
/// </remarks>
internal static class Marks
{
    /// <summary>The mark of what the host writes to a device before it is assigned.</summary>
    public const ushort Host = 0x7E57;

    /// <summary>Bits 51:33 of every host address.</summary>
    public const ulong Pattern = 0x2D61F;

    /// <summary>The first window.</summary>
    public const ulong Windows = Pattern << 33 | 0xA000_0000;

    private const int PatternBits = 19;
    private const ushort FirstLife = 0x6001;

    /// <summary>The mark of a life.</summary>
    public static ushort OfLife(int life) => (ushort)(FirstLife + life);

    /// <summary>Whether a value has the bits of a host address, wherever.</summary>
    public static bool HasHostAddress(ulong value)
    {
        const ulong Mask = (1UL << PatternBits) - 1;
        if (value >> (PatternBits - 4) == 0)
            return false; // too small for the pattern, whose first bit is 0
        for (int shift = 0; shift <= 64 - PatternBits; shift++)
        {
            if ((value >> shift & Mask) == Pattern)
                return true;
        }

        return false;
    }

    /// <summary>Whether a register of the lower half of a base has the upper bits of a window's.</summary>
    public static bool HasLowHalf(uint value) => value >> 28 is >= 0xA and <= 0xE;

    /// <summary>A value for a register: anything but what looks like a host address, alone or beside others.</summary>
    public static uint Register(Draw draw)
    {
        const uint ShortRuns = 0x7777_7777; // the pattern has five ones in a row
        uint value = draw.Next();
        return draw.Below(4) switch
        {
            0 => value & 0x0F0F_0F0F & ShortRuns,
            1 => 1u << draw.Below(32),
            2 => draw.OneIn(2) ? uint.MaxValue : 0,
            _ => value & ShortRuns,
        };
    }

    /// <summary>Fills data with words of a life.</summary>
    public static void Fill(Span<byte> data, ushort mark, Draw draw)
    {
        for (int at = 0; at < data.Length; at += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(data[at..], (uint)mark << 16 | draw.Next() & 0x7777);
    }

    /// <summary>What is wrong with data that a life has read; null if nothing is.</summary>
    public static string? Judge(ReadOnlySpan<byte> data, ushort mark)
    {
        for (int at = 0; at + 4 <= data.Length; at += 4)
        {
            uint word = BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);
            if (word is 0 or uint.MaxValue || word >> 16 == mark)
                continue;
            return word >> 16 == Host ? $"0x{word:x8} was written by the host before the device was assigned" : $"0x{word:x8} was written by life {(int)(word >> 16) - FirstLife}";
        }

        return null;
    }
}
