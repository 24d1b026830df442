namespace CxlTopology.Specification;

/// <summary>One question to the translation: a device offset and a position, or a host offset, and the interleave.</summary>
public sealed record TranslationRequest
{
    /// <summary>Ways and granularity of the interleave set.</summary>
    public required Interleave Interleave { get; init; }

    /// <summary>Modulo or XOR. Modulo by default.</summary>
    public InterleaveArithmetic Arithmetic { get; init; }

    /// <summary>The maps of the root window, for XOR.</summary>
    public XorMaps? XorMaps { get; init; }

    /// <summary>Host offset to translate; null if <see cref="DeviceOffset"/> is asked for.</summary>
    public ulong? HostOffset { get; init; }

    /// <summary>Device offset to translate, at <see cref="Position"/>. Used if there is no host offset.</summary>
    public ulong DeviceOffset { get; init; }

    /// <summary>Position in the interleave set, 0 to ways - 1.</summary>
    public ulong Position { get; init; }

    /// <summary>The answer. A position out of range and a result beyond 64 bits are answers with an error.</summary>
    public TranslationAnswer Answer()
    {
        if (HostOffset is ulong host)
        {
            (int position, ulong deviceOffset) = AddressTranslation.ToDevice(host, Interleave, Arithmetic, XorMaps);
            return new() { Position = position, DeviceOffset = deviceOffset };
        }

        int ways = Interleave.Ways;
        if (Position >= (ulong)ways)
            return TranslationAnswer.Failed($"pos {Position} is out of range: {ways} ways have positions 0 to {ways - 1}");
        if (!Interleave.TryHostOffsetOf((int)Position, DeviceOffset, out _))
            return TranslationAnswer.Failed($"dpa 0x{DeviceOffset:x} at {ways} ways lies beyond 64 bits of host address");
        return new() { HostOffset = AddressTranslation.ToHost((int)Position, DeviceOffset, Interleave, Arithmetic, XorMaps) };
    }
}
