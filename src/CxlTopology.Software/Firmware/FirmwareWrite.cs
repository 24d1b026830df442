using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>One register write that firmware makes at boot.</summary>
/// <param name="Node">The component.</param>
/// <param name="Space">Which registers.</param>
/// <param name="Offset">Bytes from the start of the space.</param>
/// <param name="Value">What is written.</param>
public sealed record FirmwareWrite(PlatformNode Node, RegisterSpace Space, int Offset, uint Value)
{
    private const uint CommitBit = 0x200;

    /// <summary>The component's name, for messages.</summary>
    public string Component => Node.Name;

    /// <summary>Whether it asks a decoder to commit.</summary>
    public bool Commits =>
        Space == RegisterSpace.HdmDecoder
        && Offset >= HdmCapabilityRegisters.FirstDecoder
        && (Offset - HdmCapabilityRegisters.FirstDecoder) % HdmCapabilityRegisters.DecoderLength == HdmDecoderRegisters.ControlOffset
        && (Value & CommitBit) != 0;
}
