using System.Collections.Immutable;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>One register write that firmware makes at boot.</summary>
/// <param name="Component">The component's name, for messages.</param>
/// <param name="Route">The port to take in each component from the host on.</param>
/// <param name="Space">Which registers.</param>
/// <param name="Offset">Bytes from the start of the space.</param>
/// <param name="Value">What is written.</param>
public sealed record FirmwareWrite(string Component, ImmutableArray<ushort> Route, RegisterSpace Space, int Offset, uint Value)
{
    /// <summary>Whether it asks a decoder to commit.</summary>
    public bool Commits =>
        Space == RegisterSpace.HdmDecoder
        && Offset >= HdmCapabilityRegisters.FirstDecoder
        && (Offset - HdmCapabilityRegisters.FirstDecoder) % HdmCapabilityRegisters.DecoderLength == HdmDecoderRegisters.ControlOffset
        && (Value & CommitBit) != 0;

    private const uint CommitBit = 0x200;
}
