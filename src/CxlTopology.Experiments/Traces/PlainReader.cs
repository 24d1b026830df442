using System.Text;

namespace CxlTopology.Experiments;

/// <summary>Reads the plain format of many memory simulators: <c>address type [time]</c>, separated by blanks.</summary>
/// <remarks>
/// The address is hexadecimal, with or without <c>0x</c>; the type is <c>R</c>, <c>L</c>, <c>read</c> or <c>load</c>, <c>W</c>, <c>S</c>,
/// <c>write</c> or <c>store</c>, in any case; the time is a quantity (<c>12ns</c>, <c>1.5us</c>; units fs, ps, ns, us, ms, s) or a bare
/// number of nanoseconds, exact to the femtosecond, and never less than the one before. A line without a time has that of the line before.
/// <c>#</c> starts a comment; blank lines are passed over. The format has no size: every access is of one size, aligned to it.
/// </remarks>
public sealed class PlainReader : TraceReader
{
    private readonly int accessBytes;
    private long time;

    /// <summary>Opens the file; <see cref="TraceException"/> if it cannot be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="accessBytes">Bytes of every access: a power of two from 1 to 4,096.</param>
    public PlainReader(string path, int accessBytes = Access.LineBytes)
        : base(path)
    {
        new TraceReaderOptions { PlainAccessBytes = accessBytes }.Check();
        this.accessBytes = accessBytes;
    }

    /// <inheritdoc/>
    public override TraceFormat Format => TraceFormat.Plain;

    private protected override string Shape => "A plain line is `address type [time]`: `0x7f001040 R`, `7f001040 write 12.5ns`.";

    private protected override bool TryParse(ReadOnlySpan<byte> line, out TraceRecord record)
    {
        record = default;
        int comment = line.IndexOf((byte)'#');
        if (comment >= 0)
            line = line[..comment];
        int index = 0;
        ReadOnlySpan<byte> addressField = NextField(line, ref index, out int addressAt);
        if (addressField.IsEmpty)
            return false;
        ReadOnlySpan<byte> typeField = NextField(line, ref index, out int typeAt);
        ReadOnlySpan<byte> timeField = NextField(line, ref index, out int timeAt);
        ReadOnlySpan<byte> surplus = NextField(line, ref index, out int surplusAt);
        if (!surplus.IsEmpty)
            throw Error(TraceErrorCode.NotThisFormat, surplusAt, "There are more than three fields.", Shape);
        if (typeField.IsEmpty)
            throw Error(TraceErrorCode.NotThisFormat, typeAt, "There is one field only: the type of the access is missing.", Shape);
        if (LackeyReader.Recognizes(line[addressAt..]))
            throw Error(TraceErrorCode.NotThisFormat, addressAt, "This is a line of a lackey trace.", "Read it as lackey. " + Shape);

        ulong address = ParseAddress(addressField, addressAt);
        TraceKind kind = ParseType(typeField, typeAt);
        if (!timeField.IsEmpty)
            time = ParseTime(timeField, timeAt);
        record = new TraceRecord(address & ~(ulong)(accessBytes - 1), accessBytes, kind, time);
        return true;
    }

    private static ReadOnlySpan<byte> NextField(ReadOnlySpan<byte> line, ref int index, out int start)
    {
        ReadOnlySpan<byte> rest = line[index..];
        int blanks = rest.IndexOfAnyExcept(TraceFields.Blanks);
        start = blanks < 0 ? line.Length : index + blanks;
        rest = line[start..];
        int length = rest.IndexOfAny(TraceFields.Blanks);
        ReadOnlySpan<byte> field = length < 0 ? rest : rest[..length];
        index = start + field.Length;
        return field;
    }

    private TraceKind ParseType(ReadOnlySpan<byte> field, int index)
    {
        if (Is(field, "R"u8) || Is(field, "L"u8) || Is(field, "read"u8) || Is(field, "load"u8))
            return TraceKind.Load;
        if (Is(field, "W"u8) || Is(field, "S"u8) || Is(field, "write"u8) || Is(field, "store"u8))
            return TraceKind.Store;
        throw Error(TraceErrorCode.BadType, index, "The type of the access is none of R, L, read, load, W, S, write and store.", Shape);
    }

    private static bool Is(ReadOnlySpan<byte> field, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(field, word);

    private long ParseTime(ReadOnlySpan<byte> field, int index)
    {
        if (!TraceFields.TryParseTime(field, out long value))
        {
            throw Error(
                TraceErrorCode.BadTime, index, "The time is not a whole number of femtoseconds below 2^63.",
                "A time is `12ns`, `1.5us` or a bare number of nanoseconds; units are fs, ps, ns, us, ms and s.");
        }

        if (value < time)
        {
            throw Error(
                TraceErrorCode.BadTime, index, "The time goes backwards.", "Times never decrease down the file; sort the lines by time.");
        }

        return value;
    }
}
