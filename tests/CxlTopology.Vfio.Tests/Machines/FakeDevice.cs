using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Machines;

/// <summary>A type 2 device of registers alone: configuration space, component registers with decoders that commit whatever they hold, an MSI-X table, memory behind the decoders.</summary>
internal sealed class FakeDevice
{
    public const ulong Capacity = 512UL << 20;
    private const int Decoders = 2;
    private readonly ConfigSpaceLayout layout;
    private readonly ComponentRegisterLayout components;
    private readonly RegisterBank vectors = new(MsixTableLayout.For(4).Registers);
    private readonly DoeMailbox exchange;

    public FakeDevice(Bdf bdf, EndpointConfigSpaceOptions? options = null, uint? hdmCapability = 0x1B11)
    {
        Bdf = bdf;
        layout = ConfigSpaceLayouts.Endpoint(options ?? Options());
        Config = layout.CreateBank(0, 0xC0FFEE);
        components = ComponentRegisterLayout.Of(new ComponentRegisterOptions { Role = ComponentRole.Type2Endpoint, Hdm = hdmCapability is { } word ? new HdmCapability(word) : null });
        Block = new RegisterBank(components.Registers);
        exchange = new DoeMailbox([]);
        layout.Device!.Table.SetMemoryReady(Config[layout.Device], infoValid: true, active: true);
        Config.Set(layout.Device!, layout.Device!.Table.ResetComplete, true);
    }

    public Bdf Bdf { get; }

    public RegisterBank Config { get; }

    public RegisterBank Block { get; }

    /// <summary>Raw dwords of the decoders.</summary>
    public uint[] Hdm { get; } = new uint[8 * 8];

    /// <summary>Lines of device memory.</summary>
    public Dictionary<ulong, byte[]> Memory { get; } = [];

    /// <summary>Writes to configuration space: offset, value, bytes.</summary>
    public List<(int Offset, uint Value, int Bytes)> Writes { get; } = [];

    /// <summary>Writes of BAR 0, 2 and 4.</summary>
    public List<(int Bar, ulong Offset, ulong Value, int Bytes)> BarWrites { get; } = [];

    /// <summary>Bytes of BAR 2.</summary>
    public Dictionary<ulong, byte> Second { get; } = [];

    /// <summary>Called after a write of a BAR.</summary>
    public Action<int, ulong>? Written { get; set; }

    public bool IsGone { get; set; }

    public int FunctionResets { get; private set; }

    public int Dvsec => layout.Device!.Offset;

    public int Exchange => layout.DataObjectExchange!.Offset;

    public int Msix => layout.Msix!.Offset;

    public int Express => layout.PciExpress.Offset;

    public ulong BlockOffset => layout.Locations[0].Offset;

    public int HdmOffset => components.Hdm?.Offset ?? 0;

    public bool MemoryEnabled => (Config.Read(4, 2) & 2) != 0;

    public static EndpointConfigSpaceOptions Options(int componentBarKiB = 128, int blockKiB = 0) => new()
    {
        Role = ComponentRole.Type2Endpoint,
        Device = DeviceDvsecOptions.Type2 with { Range1Size = new ByteSize(Capacity), HotResetStateConfigurable = true },
        ComponentBar = ByteSize.KiB((ulong)componentBarKiB),
        ComponentOffset = ByteSize.KiB((ulong)blockKiB),
        SecondBar = ByteSize.MiB(16),
        MsixVectors = 4,
    };

    public void SetMemoryActive(bool active) => layout.Device!.Table.SetMemoryReady(Config[layout.Device], infoValid: true, active);

    public uint ReadConfig(int offset, int bytes)
    {
        if (IsGone)
            return (uint)((1UL << (8 * bytes)) - 1);
        int inside = offset - Exchange;
        return inside is >= 4 and < 0x18 ? exchange.Read(inside & ~3) >> (8 * (offset & 3)) : (uint)Config.Read(offset, bytes);
    }

    public void WriteConfig(int offset, uint value, int bytes)
    {
        if (IsGone)
            return;
        Writes.Add((offset, value, bytes));
        int inside = offset - Exchange;
        if (inside is >= 4 and < 0x18)
        {
            if (bytes == 4)
                exchange.Write(inside, value);
            if (exchange.Pending)
                exchange.Complete();
            return;
        }

        RegisterWrite write = Config.Write(offset, bytes, value);
        if (write.WroteOne(layout.Device!, layout.Device!.Table.InitiateWriteBack))
            Config.Set(layout.Device!, layout.Device!.Table.CacheInvalid, true);
        if (write.WroteOne(layout.PciExpress, layout.PciExpress.Table.InitiateFunctionLevelReset))
        {
            FunctionResets++;
            Config.Reset(ResetKind.Function);
        }
    }

    /// <summary>The BAR that an address lies in; -1 if it lies in none.</summary>
    public int BarAt(ulong address, out ulong offset)
    {
        offset = 0;
        foreach (BaseAddressRegister bar in layout.Bars)
        {
            offset = address - bar.Address(Config);
            if (MemoryEnabled && !IsGone && offset < bar.Size)
                return bar.Index;
        }

        return -1;
    }

    public ulong ReadBar(int bar, ulong offset, int bytes)
    {
        if (bar == 4)
            return vectors.Read((int)offset, bytes);
        if (bar == 2 || offset - BlockOffset >= 0x10000)
            return Enumerable.Range(0, bytes).Aggregate(0UL, (sum, i) => sum | (ulong)Second.GetValueOrDefault(((ulong)bar << 40) + offset + (ulong)i) << (8 * i));
        int at = (int)(offset - BlockOffset);
        return components.TryDecoder(at, out int decoder, out int within)
            ? Hdm[decoder * 8 + within / 4] >> (8 * (within & 3)) & IoWidth.AllOnes(Math.Min(bytes, 4))
            : Block.Read(at, bytes);
    }

    public void WriteBar(int bar, ulong offset, ulong value, int bytes)
    {
        BarWrites.Add((bar, offset, value, bytes));
        if (bar == 4)
        {
            vectors.Write((int)offset, bytes, value);
        }
        else if (bar == 2 || offset - BlockOffset >= 0x10000)
        {
            for (int i = 0; i < bytes; i++)
                Second[((ulong)bar << 40) + offset + (ulong)i] = (byte)(value >> (8 * i));
        }
        else if (components.TryDecoder((int)(offset - BlockOffset), out int decoder, out int within))
        {
            uint word = (uint)value;
            Hdm[decoder * 8 + within / 4] = within == 0x10 ? (word & 0x200) != 0 ? word | 0x400 : word & ~0x400u : word;
        }
        else
        {
            Block.Write((int)(offset - BlockOffset), bytes, value);
        }

        Written?.Invoke(bar, offset);
    }

    /// <summary>Configuration space and vectors are as after a reset of the function.</summary>
    public void Forget()
    {
        Config.Reset(ResetKind.Function);
        vectors.Reset(ResetKind.Function);
    }

    /// <summary>The device address behind a host address; null if no decoder claims it.</summary>
    public ulong? Decode(ulong hpa)
    {
        ulong dpa = 0;
        for (int decoder = 0; decoder < Decoders; decoder++)
        {
            ReadOnlySpan<uint> d = Hdm.AsSpan(decoder * 8, 8);
            ulong size = (ulong)d[3] << 32 | d[2];
            ulong offset = hpa - ((ulong)d[1] << 32 | d[0]);
            if ((d[4] & 0x400) != 0 && offset < size)
                return dpa + offset;
            dpa += size;
        }

        return null;
    }

    /// <summary>Programs and commits a decoder, as firmware or the host's core does.</summary>
    public void Commit(int decoder, ulong hpa, ulong size, uint control = 0x200)
    {
        Span<uint> d = Hdm.AsSpan(decoder * 8, 8);
        (d[0], d[1], d[2], d[3], d[4]) = ((uint)hpa, (uint)(hpa >> 32), (uint)size, (uint)(size >> 32), control | 0x400);
    }

    public void Release(int decoder) => Hdm.AsSpan(decoder * 8, 8).Clear();
}
