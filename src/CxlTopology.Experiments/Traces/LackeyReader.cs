namespace CxlTopology.Experiments;

/// <summary>Reads what <c>valgrind --tool=lackey --trace-mem=yes</c> writes.</summary>
/// <remarks>
/// A line is a letter, an address in hexadecimal, a comma and a size in decimal: <c>I  0401ab70,3</c> fetches an instruction, <c> L
/// 1ffefffff0,8</c> loads, <c> S 1fff000538,8</c> stores, <c> M 04835ea4,4</c> modifies. What Valgrind says (<c>==pid==</c>,
/// <c>--pid--</c>, <c>**pid**</c>) and blank lines are passed over. How many blanks stand before and after the letter does not matter.
/// Anything else is wrong, the traced program's own output included: it belongs in another file.
/// </remarks>
public sealed class LackeyReader : TraceReader
{
    private readonly bool fetches;

    /// <summary>Opens the file; <see cref="TraceException"/> if it cannot be.</summary>
    /// <param name="path">The file.</param>
    /// <param name="instructionFetches">Whether instruction fetches are given too.</param>
    public LackeyReader(string path, bool instructionFetches = false)
        : base(path) => fetches = instructionFetches;

    /// <inheritdoc/>
    public override TraceFormat Format => TraceFormat.Lackey;

    private protected override string Shape =>
        "A lackey line is `I  address,size`, ` L address,size`, ` S address,size` or ` M address,size`: "
        + "address hexadecimal, size 1 to 4096 decimal.";

    /// <summary>Whether a line without blanks around it is one of lackey's: talk, or a letter before something with a comma.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> line) =>
        IsTalk(line) || (line.Length > 2 && IsLetter(line[0]) && TraceFields.Blanks.Contains(line[1]) && line.Contains((byte)','));

    private protected override bool TryParse(ReadOnlySpan<byte> line, out TraceRecord record)
    {
        record = default;
        int letter = line.IndexOfAnyExcept(TraceFields.Blanks);
        if (letter < 0 || IsTalk(line))
            return false;

        ReadOnlySpan<byte> rest = line[letter..].TrimEnd(TraceFields.Blanks);
        int letterLength = rest.IndexOfAny(TraceFields.Blanks);
        if (letterLength < 0)
            throw Error(TraceErrorCode.NotThisFormat, letter, "This is not a line of a lackey trace.", Shape);
        int gap = rest[letterLength..].IndexOfAnyExcept(TraceFields.Blanks);
        int addressAt = letter + letterLength + gap;
        ReadOnlySpan<byte> operand = rest[(letterLength + gap)..];
        int comma = operand.IndexOf((byte)',');
        if (letterLength > 1 || !IsLetter(rest[0]))
            throw WrongLetter(letter, operand, comma);

        ReadOnlySpan<byte> addressField = comma < 0 ? operand : operand[..comma];
        ulong address = ParseAddress(addressField, addressAt);
        if (comma < 0)
            throw Error(TraceErrorCode.BadSize, addressAt + operand.Length, "The size is missing.", Shape);
        if (!TraceFields.TryParseCount(operand[(comma + 1)..], Access.PageBytes, out int bytes))
            throw Error(TraceErrorCode.BadSize, addressAt + comma + 1, "The size is not a decimal number from 1 to 4096.", Shape);
        if (address > ulong.MaxValue - (ulong)(bytes - 1))
            throw Error(TraceErrorCode.BadAddress, addressAt, "The access runs past the last address of 64 bits.", Shape);

        TraceKind kind = rest[0] switch
        {
            (byte)'L' => TraceKind.Load,
            (byte)'S' => TraceKind.Store,
            (byte)'M' => TraceKind.Modify,
            _ => TraceKind.Fetch,
        };
        record = new TraceRecord(address, bytes, kind, Time: 0);
        return fetches || kind != TraceKind.Fetch;
    }

    private static bool IsLetter(byte b) => b is (byte)'I' or (byte)'L' or (byte)'S' or (byte)'M';

    private static bool IsTalk(ReadOnlySpan<byte> line) =>
        line is [(byte)'=', (byte)'=', >= (byte)'0' and <= (byte)'9', ..]
            or [(byte)'-', (byte)'-', >= (byte)'0' and <= (byte)'9', ..]
            or [(byte)'*', (byte)'*', >= (byte)'0' and <= (byte)'9', ..];

    // A line of the right shape with a wrong letter is a wrong letter; anything else is another file, or a program's
    // output between the lines.
    private TraceException WrongLetter(int index, ReadOnlySpan<byte> operand, int comma)
    {
        bool shaped = comma > 0 && TraceFields.TryParseHexadecimal(operand[..comma], out _)
            && TraceFields.TryParseCount(operand[(comma + 1)..], Access.PageBytes, out _);
        return shaped
            ? Error(TraceErrorCode.BadType, index, "The type of the access is none of I, L, S and M.", Shape)
            : Error(TraceErrorCode.NotThisFormat, index, "This is not a line of a lackey trace.", Shape);
    }
}
