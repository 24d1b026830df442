namespace CxlTopology.Specification;

/// <summary>The protocol every DOE mailbox has, vendor 0x0001 type 0: it lists the protocols.</summary>
/// <remarks>
/// Request: index in bits 7:0. Response: vendor in bits 15:0, type in 23:16, next index in 31:24, where 0 is the end. Index 0 is discovery
/// itself. An index past the last is answered with vendor 0xFFFF, type 0xFF and the end, as QEMU does.
/// </remarks>
public sealed class DoeDiscovery : DoeProtocol
{
    /// <summary>The vendor id of the PCI-SIG: 0x0001.</summary>
    public const ushort PciSigVendor = 0x0001;

    /// <summary>The type of its objects: 0.</summary>
    public const byte DiscoveryType = 0;

    private const uint NoSuchIndex = 0x00FF_FFFF;

    private readonly DoeProtocol[] protocols;

    internal DoeDiscovery(IEnumerable<DoeProtocol> others)
        : base(PciSigVendor, DiscoveryType) => protocols = [this, .. others];

    /// <summary>The whole request for the protocol of an index.</summary>
    public static uint[] Request(byte index) => DoeObject.Encode(PciSigVendor, DiscoveryType, [index]);

    /// <inheritdoc/>
    public override uint[]? Answer(ReadOnlySpan<uint> request)
    {
        if (request.IsEmpty)
            return null;
        int index = (byte)request[0];
        if (index >= protocols.Length)
            return [NoSuchIndex];
        uint next = index + 1 < protocols.Length ? (uint)index + 1 : 0;
        return [protocols[index].Vendor | ((uint)protocols[index].Type << 16) | (next << 24)];
    }
}
