using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification.Tests;

/// <summary>
/// A small space with every access rule: a lockable block at 0x10, one of a PCI function at 0x40, a range of another owner.
/// </summary>
internal static class SampleLayout
{
    public static readonly RegisterMap Map = new("sample", 0x18, "none");
    public static readonly Field<byte> ReadOnly = Map.Field<byte>("RO", 0x0, 7, 0, RO, resetValue: 0x5A);
    public static readonly Field<byte> Plain = Map.Field<byte>("RW", 0x0, 15, 8, RW, resetValue: 1);
    public static readonly Field<byte> Clearing = Map.Field<byte>("RW1C", 0x0, 23, 16, RW1C);
    public static readonly Field<byte> Lockable = Map.Field<byte>("RWL", 0x0, 31, 24, RWL);
    public static readonly Field<bool> LockBit = Map.Field<bool>("Lock", 0x4, 0, 0, RWO);
    public static readonly Field<byte> Once = Map.Field<byte>("RWO", 0x4, 15, 8, RWO);
    public static readonly Field<bool> Request = Map.Field<bool>("WO", 0x4, 31, 31, WO);
    public static readonly Field<uint> LockableHigh = Map.Field<uint>("RWL high", 0x8, 31, 0, RWL);
    public static readonly Field<byte> Sticky = Map.Field<byte>("RWS", 0x14, 7, 0, RWS);
    public static readonly Field<byte> StickyClearing = Map.Field<byte>("RW1CS", 0x14, 15, 8, RW1CS);
    public static readonly Field<byte> StickyReadOnly = Map.Field<byte>("ROS", 0x14, 23, 16, ROS);

    public static readonly RegisterMap FunctionMap = new("function", 0x8, "none");
    public static readonly Field<ushort> Identity = FunctionMap.Field<ushort>("Identity", 0x0, 15, 0, HwInit, resetValue: 0x1234);
    public static readonly Field<ushort> Scratch = FunctionMap.Field<ushort>("Scratch", 0x4, 31, 16, RW);

    public static readonly RegisterBlock Block;
    public static readonly RegisterBlock Function;
    public static readonly RegisterLayout Layout;

    static SampleLayout()
    {
        RegisterLayoutBuilder builder = new("sample space", 0x80);
        Block = builder.Add(Map, 0x10, ResetClass.CxlDvsec, LockBit);
        Function = builder.Add(FunctionMap, 0x40, ResetClass.Function);
        builder.Reserve("elsewhere", 0x60, 0x10);
        builder.Set(Block, Plain, (byte)7);
        Layout = builder.Build();
    }
}
