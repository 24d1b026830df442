using System.Buffers.Binary;

namespace CxlTopology.Vfio;

/// <summary>The device-info capability that tells where the CXL registers of a device are (id 6, version 1), in either of its layouts.</summary>
/// <remarks>
/// RFC v2, 32 bytes with the header: HDM decoder count (8 bits at 8), BAR (8 bits at 9), bytes of the HDM decoder registers (64 bits at 16), their offset in the BAR (64 bits at 24).
/// v3, 48 bytes: flags, index of the memory region, index of the register region, BAR, reserved (32 bits each from 8), offset and size of the component registers (64 bits at 32 and 40).
/// </remarks>
public static class CxlDeviceCapability
{
    private const int FlagsAt = 0;
    private const int MemoryIndexAt = 4;
    private const int RegisterIndexAt = 8;
    private const int BarAt = 12;
    private const int OffsetAt = 24;
    private const int SizeAt = 32;

    /// <summary>Flag of v3: firmware of the host committed the decoder.</summary>
    public const uint FirmwareCommitted = 1;

    /// <summary>As RFC v2 has it.</summary>
    internal static VfioCapability Rfc(CxlRegisterInfo registers)
    {
        var content = new byte[24];
        content[0] = (byte)registers.DecoderCount;
        content[1] = (byte)registers.Bar;
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(8), (ulong)registers.HdmLength);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(16), registers.BlockOffset + (ulong)registers.HdmOffset);
        return new VfioCapability(VfioCapability.CxlDevice, 1, content);
    }

    /// <summary>As v3 has it.</summary>
    internal static VfioCapability V3(CxlRegisterInfo registers, bool firmwareCommitted, int memoryIndex, int registerIndex)
    {
        var content = new byte[40];
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(FlagsAt), firmwareCommitted ? FirmwareCommitted : 0);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(MemoryIndexAt), (uint)memoryIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(RegisterIndexAt), (uint)registerIndex);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(BarAt), (uint)registers.Bar);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(OffsetAt), registers.BlockOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(SizeAt), CxlRegisterInfo.BlockLength);
        return new VfioCapability(VfioCapability.CxlDevice, 1, content);
    }
}
