namespace CxlTopology.Specification;

/// <summary>What the codes of <see cref="MessageKind"/> say.</summary>
public static class MessageKinds
{
    /// <summary>Classes of CXL.mem that have credits of their own in each direction: without data (0) and with data (1).</summary>
    public const int CreditedClasses = 2;

    /// <summary>Classes of coherence that have credits of their own: back-invalidate (2), CXL.cache requests (3), responses (4) and data (5).</summary>
    public const int CoherenceClasses = 4;

    /// <summary>The class of CXL.io and of what the link itself sends: no credits.</summary>
    public const int UncreditedClass = 7;

    /// <summary>Whether a message travels from the host down.</summary>
    public static bool IsDownstream(byte kind) => (kind & 0x30) == 0x10;

    /// <summary>Whether a message travels up to the host.</summary>
    public static bool IsUpstream(byte kind) => (kind & 0x30) == 0x20;

    /// <summary>The traffic class: 0 CXL.mem without data, 1 with data, 2 to 5 coherence, 7 CXL.io.</summary>
    public static int ClassOf(byte kind) => Classes[kind & 0xF];

    /// <summary>Whether a message that crosses a link carries lines of data.</summary>
    public static bool HasData(byte kind) => (kind & 3) == 1;

    /// <summary>Whether a message that crosses a link may be one of coherence: all of those have bit 2 or 3 of their code set, and some of CXL.io have. Of CXL.mem none has: it needs no closer look.</summary>
    public static bool MayBeCoherent(byte kind) => (kind & 0xC) != 0;

    /// <summary>Whether a message is what the host sends to the engines of a device on CXL.io: an answer to a request of theirs, or the word that a translation is void.</summary>
    public static bool IsDmaAnswer(byte kind) => kind < 64 && (DmaAnswers >> kind & 1) != 0;

    private const ulong DmaAnswers = 1UL << (int)MessageKind.DmaData | 1UL << (int)MessageKind.DmaDone | 1UL << (int)MessageKind.DmaTranslated | 1UL << (int)MessageKind.DmaInvalidate;

    private static ReadOnlySpan<byte> Classes => [0, 1, UncreditedClass, UncreditedClass, 2, UncreditedClass, UncreditedClass, UncreditedClass, 3, UncreditedClass, UncreditedClass, UncreditedClass, 4, 5, UncreditedClass, UncreditedClass];
}
