using CxlTopology.Simulation.Tests.Determinism.Toys;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>All of a message that its model may choose, and what it carries: a number of lines, or papers, or nothing.</summary>
internal sealed record Letter(
    ulong Address, ulong Argument, uint Tag, int Agent, byte Kind, byte Length, ushort Flags, byte Status, byte Class, ushort Spacing, ushort Credits,
    int Lines, string? Owner, long Delay)
{
    /// <summary>Letters of all kinds: words that are zero, small, large and all ones; 0 to 64 lines or a record; leaving from now to hours later.</summary>
    public static Gen<Letter> Any { get; } =
        from words in Word.ArrayOf(12)
        from lines in Gen.Frequency((3, Gen.Constant(0)), (3, Gen.Choose(1, 64)))
        from owner in Gen.Frequency((3, Gen.Constant<string?>(null)), (1, Gen.Elements<string?>("", "rp0", "host0/hb0", "\u00e4\ud83d\udca5\0", new string('x', 5_000))))
        from delay in Gen.Frequency((3, Gen.Constant(0L)), (2, Gen.Choose(0, int.MaxValue).Select(n => (long)n)), (1, Gen.Choose(0, int.MaxValue).Select(n => (long)n << 31)))
        select new Letter(
            words[0], words[1], (uint)words[2], (int)words[3], (byte)(Message.FirstModelKind + (words[4] % (256 - Message.FirstModelKind))), (byte)words[5],
            (ushort)(words[6] & 0x3fff), (byte)words[7], (byte)words[8], (ushort)words[9], (ushort)words[10], owner is null ? lines : 0, owner, delay);

    private static Gen<ulong> Word => Gen.Frequency(
        (3, Gen.Constant(0UL)),
        (1, Gen.Constant(ulong.MaxValue)),
        (2, Gen.Choose(1, 255).Select(n => (ulong)n)),
        (4, Gen.Choose(0, int.MaxValue).Select(n => StableHash.Mix((ulong)n))));

    /// <summary>The byte that fills a line.</summary>
    public static byte FillOf(uint tag, int line) => (byte)StableHash.Chain(tag, (ulong)line);

    /// <summary>Writes the letter down and sends it.</summary>
    public void Send(Clerk clerk, in Connection to)
    {
        var message = new Message
        {
            Address = Address,
            Argument = Argument,
            Tag = Tag,
            Agent = Agent,
            Kind = Kind,
            Length = Length,
            Flags = Flags,
            Status = Status,
            Class = Class,
            Spacing = Spacing,
            Credits = Credits,
            Payload = -1,
        };
        clerk.Post(ref message, Lines, Owner is null ? null : new Cargo.Papers(Address, Owner), to, Delay);
    }
}
