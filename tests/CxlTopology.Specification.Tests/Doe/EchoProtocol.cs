namespace CxlTopology.Specification.Tests;

/// <summary>A protocol whose response is its request, in front of which are as many dwords as the first dword says.</summary>
internal sealed class EchoProtocol(ushort vendor = 0x1234, byte type = 0x56) : DoeProtocol(vendor, type)
{
    public override uint[]? Answer(ReadOnlySpan<uint> request) =>
        request.IsEmpty ? null : [.. new uint[request[0]], .. request];
}
