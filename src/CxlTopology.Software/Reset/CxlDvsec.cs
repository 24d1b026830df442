namespace CxlTopology.Software;

/// <summary>Offsets and bits of the CXL device and port DVSECs that resets use.</summary>
internal static class CxlDvsec
{
    public const uint DeviceId = 0;
    public const uint FunctionMapId = 2;
    public const uint PortId = 3;

    public const int Capability = 0x0A;
    public const int Control = 0x0C;
    public const int Control2 = 0x10;
    public const int Status2 = 0x12;
    public const int Range1BaseHigh = 0x20;
    public const int Range1BaseLow = 0x24;
    public const int Range2BaseHigh = 0x30;
    public const int Range2BaseLow = 0x34;
    public const int FunctionMap = 0x0C;
    public const int PortControl = 0x0C;

    public const uint Cache = 1;
    public const uint Mem = 1 << 2;
    public const uint WriteBackCapable = 1 << 6;
    public const uint ResetCapable = 1 << 7;
    public const int TimeoutShift = 8;
    public const uint TimeoutMask = 7;

    public const uint DisableCaching = 1;
    public const uint InitiateWriteBack = 1 << 1;
    public const uint InitiateReset = 1 << 2;
    public const uint MemoryClear = 1 << 3;
    public const uint Commands = InitiateWriteBack | InitiateReset;

    public const uint CacheInvalid = 1;
    public const uint ResetComplete = 1 << 1;
    public const uint ResetError = 1 << 2;

    public const uint UnmaskBusReset = 1;
    public const uint AllOnes = 0xFFFF;
}
