using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A cache size as CAPABILITY2 of the device DVSEC says it: 1 to 255 units of 64 KiB, or of 1 MiB where that is not enough.</summary>
internal static class CacheSizeEncoding
{
    private const ulong SmallUnit = 64 << 10;
    private const ulong LargeUnit = 1 << 20;

    /// <summary>The unit (1 for 64 KiB, 2 for 1 MiB) and how many; false if there is no such pair.</summary>
    public static bool TryEncode(ByteSize size, out byte unit, out byte count)
    {
        unit = (byte)(size.Bytes <= byte.MaxValue * SmallUnit && size.Bytes % SmallUnit == 0 ? 1 : 2);
        ulong step = unit == 1 ? SmallUnit : LargeUnit;
        bool fits = size.Bytes != 0 && size.Bytes % step == 0 && size.Bytes / step <= byte.MaxValue;
        count = fits ? (byte)(size.Bytes / step) : (byte)0;
        return fits;
    }
}
