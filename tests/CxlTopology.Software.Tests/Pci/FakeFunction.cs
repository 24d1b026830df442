using System.Buffers.Binary;

namespace CxlTopology.Software.Tests.Pci;

/// <summary>A PCI function made of bytes: a header of either type, BARs that can be sized, capabilities, and what hangs below it.</summary>
internal sealed class FakeFunction
{
    private const uint ExpressHead = 0x0002_0010;
    private readonly byte[] bytes = new byte[4096];
    private readonly uint[] barMasks = new uint[6];
    private readonly uint[] barTypes = new uint[6];
    private int lastExtended;

    private FakeFunction(bool isBridge, uint id)
    {
        IsBridge = isBridge;
        Set(0x00, id);
        bytes[0x0E] = (byte)(isBridge ? 1 : 0);
    }

    /// <summary>Whether it is a bridge.</summary>
    public bool IsBridge { get; }

    /// <summary>What lies on the bus below, by device and function.</summary>
    public SortedDictionary<(int Device, int Function), FakeFunction> Below { get; } = [];

    /// <summary>Writes that came, with their width.</summary>
    public List<(int Offset, uint Value, int Bytes)> Writes { get; } = [];

    /// <summary>A mailbox that answers at an offset; none by default.</summary>
    public (int Offset, FakeMailbox Mailbox)? Exchange { get; set; }

    /// <summary>The bus below, as it was numbered.</summary>
    public byte Secondary => bytes[0x19];

    /// <summary>The last bus below, as it was numbered.</summary>
    public byte Subordinate => bytes[0x1A];

    /// <summary>An endpoint.</summary>
    public static FakeFunction Endpoint(uint id = 0x0004_1E98) => new(false, id);

    /// <summary>A root port or downstream port (type 4 or 6), or an upstream port (5).</summary>
    public static FakeFunction Bridge(int type = 4, byte portNumber = 0, params FakeFunction[] below)
    {
        var bridge = new FakeFunction(true, 0x0001_1E98);
        bridge.bytes[0x34] = 0x40;
        bridge.Set(0x40, ExpressHead | (uint)type << 20);
        bridge.Set(0x4C, (uint)portNumber << 24);
        for (int i = 0; i < below.Length; i++)
            bridge.Below.Add((i, 0), below[i]);
        return bridge;
    }

    /// <summary>Gives it a PCI Express capability, so that its extended capabilities are looked at.</summary>
    public FakeFunction WithExpress(byte portNumber = 0)
    {
        bytes[0x34] = 0x40;
        Set(0x40, ExpressHead);
        Set(0x4C, (uint)portNumber << 24);
        return this;
    }

    /// <summary>Gives it a memory BAR.</summary>
    public FakeFunction WithBar(int index, ulong size, bool wide = true)
    {
        uint type = wide ? 0xCu : 0;
        barMasks[index] = (uint)(~(size - 1)) & ~0xFu;
        barTypes[index] = type;
        if (wide)
            barMasks[index + 1] = (uint)(~(size - 1) >> 32);
        Set(0x10 + 4 * index, type);
        return this;
    }

    /// <summary>Sets a dword.</summary>
    public FakeFunction With(int offset, uint value)
    {
        Set(offset, value);
        return this;
    }

    /// <summary>Marks its device as one of several functions.</summary>
    public FakeFunction WithMoreFunctions()
    {
        bytes[0x0E] |= 0x80;
        return this;
    }

    /// <summary>Appends an extended capability at an offset.</summary>
    public FakeFunction WithExtended(int offset, ushort id, params uint[] words)
    {
        if (lastExtended != 0)
            Set(lastExtended, Get(lastExtended) & 0x000F_FFFF | (uint)offset << 20);
        Set(offset, id | 1u << 16);
        for (int i = 0; i < words.Length; i++)
            Set(offset + 4 + 4 * i, words[i]);
        lastExtended = offset;
        return this;
    }

    /// <summary>A dword.</summary>
    public uint Get(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    /// <summary>Reads as software does.</summary>
    public uint Read(int offset, int width)
    {
        if (Exchange is { } exchange && offset >= exchange.Offset + 4 && offset < exchange.Offset + 0x18)
            return exchange.Mailbox.Read(offset - exchange.Offset);
        uint value = 0;
        for (int i = 0; i < width; i++)
            value |= (uint)bytes[offset + i] << (8 * i);
        return value;
    }

    /// <summary>Writes as software does: of a BAR only the bits that address count.</summary>
    public void Write(int offset, uint value, int width)
    {
        Writes.Add((offset, value, width));
        if (Exchange is { } exchange && offset >= exchange.Offset + 4 && offset < exchange.Offset + 0x18)
        {
            exchange.Mailbox.Write(offset - exchange.Offset, value);
            return;
        }

        if (offset is >= 0x10 and < 0x28 && (offset < 0x18 || !IsBridge))
        {
            int bar = (offset - 0x10) / 4;
            Set(offset, value & barMasks[bar] | barTypes[bar]);
            return;
        }

        for (int i = 0; i < width; i++)
            bytes[offset + i] = (byte)(value >> (8 * i));
    }

    private void Set(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
