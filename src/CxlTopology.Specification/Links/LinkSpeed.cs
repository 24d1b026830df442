using System.Globalization;

namespace CxlTopology.Specification;

/// <summary>Rate, width and flit mode of a link in one direction, and what follows from them.</summary>
/// <remarks>
/// Rates and widths are powers of two, so a flit lasts a whole number of femtoseconds in every combination: 1,062,500 fs for 68 bytes on
/// x16 at 32 GT/s. No line encoding is charged (128b/130b at the lower rates): the overhead of a flit is its own. <c>default</c> is no
/// link: its times and bandwidth divide by zero.
/// </remarks>
public readonly record struct LinkSpeed
{
    private const ulong FemtosecondsPerNanosecond = 1_000_000;

    /// <summary>A link.</summary>
    /// <param name="rate">Gigatransfers a second and lane: 8, 16, 32 or 64.</param>
    /// <param name="width">Lanes: 1, 2, 4, 8 or 16.</param>
    /// <param name="flitMode">Flits; at 64 GT/s 256-byte flits only.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is none of these, or 68-byte flits are asked for at 64 GT/s.</exception>
    public LinkSpeed(int rate, int width, FlitMode flitMode)
    {
        if (rate is not (8 or 16 or 32 or 64))
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A link runs at 8, 16, 32 or 64 GT/s.");
        if (width is not (1 or 2 or 4 or 8 or 16))
            throw new ArgumentOutOfRangeException(nameof(width), width, "A link has 1, 2, 4, 8 or 16 lanes.");
        if (flitMode is not (FlitMode.Flit68 or FlitMode.Flit256))
            throw new ArgumentOutOfRangeException(nameof(flitMode), flitMode, "Flits have 68 or 256 bytes.");
        if (rate == 64 && flitMode == FlitMode.Flit68)
            throw new ArgumentOutOfRangeException(nameof(flitMode), flitMode, "At 64 GT/s (PAM4) a link carries 256-byte flits only.");
        Rate = rate;
        Width = width;
        FlitMode = flitMode;
    }

    /// <summary>Gigatransfers a second and lane, one bit each: 8, 16, 32 or 64.</summary>
    public int Rate { get; }

    /// <summary>Lanes: 1, 2, 4, 8 or 16.</summary>
    public int Width { get; }

    /// <summary>68- or 256-byte flits.</summary>
    public FlitMode FlitMode { get; }

    /// <summary>Bytes in a flit, overhead included.</summary>
    public int FlitBytes => FlitMode == FlitMode.Flit68 ? 68 : 256;

    /// <summary>
    /// 16-byte slots in a flit: 4 or 15. A slot lasts <see cref="FlitFemtoseconds"/> over this, which 15 need not divide.
    /// </summary>
    public int SlotsPerFlit => FlitMode == FlitMode.Flit68 ? 4 : 15;

    /// <summary>How long a flit takes on the wire, exact.</summary>
    public long FlitFemtoseconds => (long)((ulong)FlitBytes * 8 * FemtosecondsPerNanosecond / ((ulong)Width * (ulong)Rate));

    /// <summary>Bytes a nanosecond before any overhead, one direction: 1 to 128.</summary>
    public int RawGigabytesPerSecond => Width * Rate / 8;

    /// <summary>A rate as text: <c>64GT/s</c>.</summary>
    public static string FormatRate(int rate) => rate.ToString(CultureInfo.InvariantCulture) + "GT/s";

    /// <summary>A width as text: <c>x8</c>.</summary>
    public static string FormatWidth(int width) => "x" + width.ToString(CultureInfo.InvariantCulture);

    /// <summary>Flits as text: <c>68B</c> or <c>256B</c>.</summary>
    public static string FormatFlitMode(FlitMode flitMode) => flitMode == FlitMode.Flit68 ? "68B" : "256B";

    /// <summary>
    /// Reads <c>8GT/s</c>, <c>16GT/s</c>, <c>32GT/s</c> or <c>64GT/s</c>; a blank before the unit is allowed. False for all else.
    /// </summary>
    public static bool TryParseRate(ReadOnlySpan<char> text, out int rate)
    {
        rate = 0;
        if (!text.EndsWith("GT/s", StringComparison.Ordinal))
            return false;
        ReadOnlySpan<char> number = text[..^4];
        if (number.EndsWith(" ", StringComparison.Ordinal))
            number = number[..^1];
        rate = number switch { "8" => 8, "16" => 16, "32" => 32, "64" => 64, _ => 0 };
        return rate != 0;
    }

    /// <summary>Reads <c>x1</c>, <c>x2</c>, <c>x4</c>, <c>x8</c> or <c>x16</c>. False for all else.</summary>
    public static bool TryParseWidth(ReadOnlySpan<char> text, out int width)
    {
        width = text switch { "x1" => 1, "x2" => 2, "x4" => 4, "x8" => 8, "x16" => 16, _ => 0 };
        return width != 0;
    }

    /// <summary>Reads <c>68B</c> or <c>256B</c>. False for all else.</summary>
    public static bool TryParseFlitMode(ReadOnlySpan<char> text, out FlitMode flitMode)
    {
        flitMode = text is "256B" ? FlitMode.Flit256 : FlitMode.Flit68;
        return text is "68B" or "256B";
    }

    /// <summary>Reads what <see cref="ToString"/> prints. False for all else, and for 68-byte flits at 64 GT/s.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out LinkSpeed speed)
    {
        speed = default;
        Span<Range> parts = stackalloc Range[4];
        if (text.Split(parts, ' ') != 3
            || !TryParseRate(text[parts[0]], out int rate)
            || !TryParseWidth(text[parts[1]], out int width)
            || !TryParseFlitMode(text[parts[2]], out FlitMode flitMode)
            || (rate == 64 && flitMode == FlitMode.Flit68))
        {
            return false;
        }

        speed = new LinkSpeed(rate, width, flitMode);
        return true;
    }

    /// <summary>Rate, width and flits: <c>64GT/s x8 256B</c>.</summary>
    public override string ToString() => $"{FormatRate(Rate)} {FormatWidth(Width)} {FormatFlitMode(FlitMode)}";
}
