using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>provisional</summary>
internal sealed class ComponentRegisters(ComponentRole role, HdmDecoderCapability? decoders)
{
    private const int Array = 0x1000;
    private const int Hdm = 0x1110;

    public ComponentRole Role => role;

    public HdmDecoderCapability? Decoders => decoders;

    public int OffsetInDecoders(int offset) =>
        decoders is not null && offset >= Hdm && offset < Hdm + HdmCapabilityRegisters.DecoderOffset(decoders.Count) ? offset - Hdm : -1;

    public ulong Read(int offset, int bytes)
    {
        uint word = (offset & ~3) switch
        {
            Array => 0x0111_0001u,
            Array + 4 when decoders is not null => (Hdm - Array) << 20 | 0x1_0005u,
            _ => 0,
        };
        return word >> 8 * (offset & 3) & IoWidth.AllOnes(bytes);
    }

    public void Write(int offset, int bytes, ulong value)
    {
        _ = Read(offset, bytes) ^ value;
    }
}
