using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>One of the memory ranges in the DVSEC of a device: what it tells of the memory, and where software wants it.</summary>
public sealed class DeviceRangeRegisters
{
    /// <summary>Declares the rows.</summary>
    /// <param name="map">The DVSEC.</param>
    /// <param name="range">1 or 2.</param>
    /// <param name="offset">Offset of Size High; three more registers follow.</param>
    /// <param name="there">Whether the device has it.</param>
    /// <param name="size">Its size; 0 if the device does not have it.</param>
    /// <param name="o">What the DVSEC says besides.</param>
    internal DeviceRangeRegisters(RegisterMap map, int range, int offset, bool there, ByteSize size, DeviceDvsecOptions o)
    {
        int low = offset + 0x04;
        RegisterAccess access = there ? RWL : RO;

        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        SizeHigh = map.Field<uint>($"Range {range} Size High", offset, 31, 0, HwInit, resetValue: (uint)(size.Bytes >> 32));
        Valid = map.Field<bool>($"Range {range} Memory_Info_Valid", low, 0, 0, RO);
        Active = map.Field<bool>($"Range {range} Memory_Active", low, 1, 1, RO);
        MediaType = map.Field<byte>($"Range {range} Media_Type", low, 4, 2, HwInit, resetValue: OfThere(o.MediaType));
        MemoryClass = map.Field<byte>($"Range {range} Memory_Class", low, 7, 5, HwInit, resetValue: OfThere(o.MemoryClass));
        DesiredInterleave = map.Field<byte>($"Range {range} Desired_Interleave", low, 12, 8, HwInit, resetValue: OfThere(o.DesiredInterleave));
        ActiveTimeout = map.Field<byte>($"Range {range} Memory_Active_Timeout", low, 15, 13, HwInit, resetValue: OfThere(o.MemoryActiveTimeout));
        SizeLow = map.Field<byte>($"Range {range} Memory_Size_Low", low, 31, 28, HwInit, resetValue: (byte)(size.Bytes >> 28 & 0xF));
        BaseHigh = map.Field<uint>($"Range {range} Base High", offset + 0x08, 31, 0, access);
        BaseLow = map.Field<byte>($"Range {range} Memory_Base_Low", offset + 0x0C, 31, 28, access);

        byte OfThere(byte value) => there ? value : (byte)0;
    }

    /// <summary>Bits 63:32 of the size of the range.</summary>
    public Field<uint> SizeHigh { get; }

    /// <summary>The size registers are valid: within 1 s of a reset.</summary>
    public Field<bool> Valid { get; }

    /// <summary>The memory can be used.</summary>
    public Field<bool> Active { get; }

    /// <summary>0 volatile, 1 not, 2 by CDAT.</summary>
    public Field<byte> MediaType { get; }

    /// <summary>0 memory, 1 storage, 2 by CDAT.</summary>
    public Field<byte> MemoryClass { get; }

    /// <summary>Encoded granularity the device likes best; 0 none.</summary>
    public Field<byte> DesiredInterleave { get; }

    /// <summary>0 to 4: active at most 1, 4, 16, 64 or 256 s after a reset.</summary>
    public Field<byte> ActiveTimeout { get; }

    /// <summary>Bits 31:28 of the size.</summary>
    public Field<byte> SizeLow { get; }

    /// <summary>Bits 63:32 of the first host address.</summary>
    public Field<uint> BaseHigh { get; }

    /// <summary>Bits 31:28 of it.</summary>
    public Field<byte> BaseLow { get; }

    /// <summary>Its size in bytes.</summary>
    public ulong Size(RegisterView view) => ((ulong)view.Get(SizeHigh) << 32) | ((ulong)view.Get(SizeLow) << 28);

    /// <summary>Its first host address.</summary>
    public ulong Base(RegisterView view) => ((ulong)view.Get(BaseHigh) << 32) | ((ulong)view.Get(BaseLow) << 28);
}
