using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The block of component registers of a host bridge, port or endpoint. The HDM decoder capability's are its decoders' own.</summary>
internal sealed class ComponentRegisters
{
    private const int CacheIds = 8;
    private readonly ComponentRegisterLayout layout;
    private readonly RegisterBank registers;

    /// <param name="role">What the component is: decides which capabilities it has.</param>
    /// <param name="decoders">Its HDM decoders; null if it has none.</param>
    /// <param name="backInvalidate">Whether back-invalidates can pass it: 256-byte flits.</param>
    public ComponentRegisters(ComponentRole role, HdmDecoderCapability? decoders, bool backInvalidate)
    {
        Decoders = decoders;
        layout = ComponentRegisterLayout.Of(new ComponentRegisterOptions
        {
            Role = role,
            Hdm = decoders?.Word,
            BackInvalidate = backInvalidate,
            CacheIds = role is ComponentRole.Type2Endpoint or ComponentRole.Type3Endpoint ? 0 : CacheIds,
        });
        registers = new RegisterBank(layout.Registers);
    }

    /// <summary>The HDM decoders; null without.</summary>
    public HdmDecoderCapability? Decoders { get; }

    /// <summary>Where in the HDM decoder capability an offset lies; -1 if it does not.</summary>
    public int OffsetInDecoders(int offset) =>
        layout.Hdm is { } head && Decoders is not null && offset >= head.Offset && offset < head.Offset + HdmCapabilityRegisters.DecoderOffset(Decoders.Count)
            ? offset - head.Offset
            : -1;

    /// <summary>Reads 1, 2, 4 or 8 bytes, aligned, of anything else.</summary>
    public ulong Read(int offset, int bytes) => registers.Read(offset, bytes);

    /// <summary>What a reset leaves of all but the decoders.</summary>
    public void Reset(ResetKind kind) => registers.Reset(kind);

    /// <summary>Writes 1, 2, 4 or 8 bytes, aligned, of anything else.</summary>
    public RegisterWrite Write(int offset, int bytes, ulong value) => registers.Write(offset, bytes, value);
}
