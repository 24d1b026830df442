using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>A host bridge that a VMM makes: component registers with decoders that commit at once, whatever they hold; where accesses go is decided by the decoders of the devices.</summary>
/// <remarks>16 decoders, with a single root port too: otherwise there could be one region only.</remarks>
internal sealed class VirtualHostBridge
{
    private const int DecoderCount = 16;
    private const uint EightTargetsAllGranularities = 0x380;
    private const int DecoderWords = HdmCapabilityRegisters.DecoderLength / 4;
    private const uint ControlMask = 0x37FF;
    private readonly ComponentRegisterLayout layout;
    private readonly RegisterBank registers;
    private readonly uint[] decoders;

    public VirtualHostBridge()
    {
        layout = ComponentRegisterLayout.Of(new ComponentRegisterOptions
        {
            Role = ComponentRole.HostBridge,
            Hdm = new HdmCapability(EightTargetsAllGranularities | HdmDecoderCount.Encode(DecoderCount)),
        });
        registers = new RegisterBank(layout.Registers);
        decoders = new uint[DecoderCount * DecoderWords];
    }

    /// <summary>Firmware of the guest commits a decoder: a range that goes to one port.</summary>
    public void Precommit(int decoder, ulong start, ulong size, byte port)
    {
        ReadOnlySpan<uint> words = [(uint)start, (uint)(start >> 32), (uint)size, (uint)(size >> 32), HdmEmulation.Commit | HdmEmulation.Committed, port];
        words.CopyTo(decoders.AsSpan(decoder * DecoderWords));
    }

    public ulong Read(int offset, int bytes)
    {
        if (layout.TryDecoder(offset, out int decoder, out int within))
            return bytes == 4 && within % 4 == 0 ? decoders[decoder * DecoderWords + within / 4] : IoWidth.AllOnes(bytes);
        return layout.Registers.Accepts(offset, bytes) ? registers.Read(offset, bytes) : IoWidth.AllOnes(bytes);
    }

    public void Write(int offset, int bytes, ulong value)
    {
        if (!layout.TryDecoder(offset, out int decoder, out int within))
        {
            if (layout.Registers.Accepts(offset, bytes))
                registers.Write(offset, bytes, value);
            return;
        }

        if (bytes != 4 || within % 4 != 0)
            return;
        ref uint word = ref decoders[decoder * DecoderWords + within / 4];
        uint control = decoders[decoder * DecoderWords + HdmDecoderRegisters.ControlOffset / 4];
        bool committed = (control & HdmEmulation.Committed) != 0;
        if (within == HdmDecoderRegisters.ControlOffset)
        {
            if (!committed)
                word = (uint)value & ControlMask & ~HdmEmulation.Committed | ((value & HdmEmulation.Commit) != 0 ? HdmEmulation.Committed : 0);
            else if ((value & HdmEmulation.Commit) == 0 && (control & HdmEmulation.LockOnCommit) == 0)
                word &= ~(HdmEmulation.Commit | HdmEmulation.Committed);
        }
        else if (!committed)
        {
            bool isLow = within is HdmDecoderRegisters.BaseOffset or HdmDecoderRegisters.SizeOffset;
            word = isLow ? (uint)value & 0xF000_0000 : (uint)value;
        }
    }
}
