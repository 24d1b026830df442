namespace CxlTopology.Specification;

/// <summary>The component registers of a kind of component: 64 KiB, with its capabilities at hand.</summary>
/// <remarks>
/// The array of capabilities starts at 0x1000; each capability has its fixed entry in it, which is null where the component lacks it. The
/// decoders themselves own their registers: their range is set aside, and <see cref="TryDecoder"/> says which decoder an offset is of.
/// </remarks>
public sealed class ComponentRegisterLayout
{
    /// <summary>Bytes of the component registers.</summary>
    public const int Length = 0x10000;

    /// <summary>Where the CXL.cache and CXL.mem registers start.</summary>
    public const int CacheMemOffset = 0x1000;

    /// <summary>Bytes of those.</summary>
    public const int CacheMemLength = 0x1000;

    private const int KindsMax = 1024;
    private const int FirstCapability = 0x80;
    private const byte CommitTimeoutScale = 4; // units of 10 ms, and one of them

    private static readonly Dictionary<ComponentRegisterOptions, ComponentRegisterLayout> known = [];

    // The order of the array. Where a component has none of the later ones, the array ends earlier.
    private static readonly ComponentCapabilityId[] order =
    [
        ComponentCapabilityId.Ras, ComponentCapabilityId.Link, ComponentCapabilityId.HdmDecoder, ComponentCapabilityId.ExtendedSecurity,
        ComponentCapabilityId.SnoopFilter, ComponentCapabilityId.BiRouteTable, ComponentCapabilityId.BiDecoder,
        ComponentCapabilityId.CacheIdRouteTable, ComponentCapabilityId.CacheIdDecoder, ComponentCapabilityId.TimeoutIsolation,
    ];

    private readonly List<(ComponentCapabilityId Id, byte Version, int Offset)> present = [];
    private int next = FirstCapability;

    private ComponentRegisterLayout(ComponentRegisterOptions options)
    {
        Check(options);
        Role = options.Role;
        RegisterLayoutBuilder builder = new($"{Describe(Role)} component registers", Length);
        bool rootComplex = Role is ComponentRole.HostBridge or ComponentRole.RootPort;
        bool facingDown = Role is ComponentRole.RootPort or ComponentRole.DownstreamPort;
        bool routes = Role is ComponentRole.HostBridge or ComponentRole.UpstreamPort;

        Ras = Add(builder, RasRegisters.Map, ComponentCapabilityId.Ras, 2);
        builder.Set(Ras, RasRegisters.PoisonEnabled, options.PoisonEnabled);
        Link = Add(builder, LinkLayerRegisters.Map, ComponentCapabilityId.Link, 2);
        if (options.Hdm is HdmCapability hdm)
            (Hdm, Decoders) = AddHdm(builder, hdm);
        if (rootComplex)
        {
            SnoopFilter = Add(builder, SnoopFilterRegisters.Map, ComponentCapabilityId.SnoopFilter, 1);
            builder.Set(SnoopFilter, SnoopFilterRegisters.GroupId, options.SnoopFilterGroup)
                .Set(SnoopFilter, SnoopFilterRegisters.EffectiveSize, options.SnoopFilterSize);
        }

        if (options.BackInvalidate)
            AddBackInvalidate(builder, options, routes, facingDown);
        if (options.CacheIds > 0)
            AddCacheIds(builder, options, routes, facingDown);
        if (options.TimeoutIsolation && Role == ComponentRole.RootPort)
            TimeoutIsolation = Add(builder, TimeoutIsolationRegisters.Map, ComponentCapabilityId.TimeoutIsolation, 1);
        Array = AddArray(builder);
        Registers = builder.Build();
    }

    /// <summary>What the component is.</summary>
    public ComponentRole Role { get; }

    /// <summary>The space.</summary>
    public RegisterLayout Registers { get; }

    /// <summary>The array of capabilities.</summary>
    public RegisterBlock<ComponentCapabilityArray> Array { get; }

    /// <summary>RAS.</summary>
    public RegisterBlock Ras { get; }

    /// <summary>Link.</summary>
    public RegisterBlock Link { get; }

    /// <summary>The head of the HDM decoder capability; null without.</summary>
    public RegisterBlock? Hdm { get; }

    /// <summary>The decoders' own registers; null without.</summary>
    public RegisterRange? Decoders { get; }

    /// <summary>Snoop filter; null without.</summary>
    public RegisterBlock? SnoopFilter { get; }

    /// <summary>BI route table; null without.</summary>
    public RegisterBlock? BiRouteTable { get; private set; }

    /// <summary>BI decoder; null without.</summary>
    public RegisterBlock<BiDecoderRegisters>? BiDecoder { get; private set; }

    /// <summary>Cache ID route table; null without.</summary>
    public RegisterBlock<CacheIdRouteTableRegisters>? CacheIdRouteTable { get; private set; }

    /// <summary>Cache ID decoder; null without.</summary>
    public RegisterBlock? CacheIdDecoder { get; private set; }

    /// <summary>Timeout and isolation; null without.</summary>
    public RegisterBlock? TimeoutIsolation { get; }

    /// <summary>The layout of a kind of component. Equal options give the same instance, for up to 1,024 kinds.</summary>
    /// <exception cref="ArgumentException">The options are not possible.</exception>
    public static ComponentRegisterLayout Of(ComponentRegisterOptions options)
    {
        lock (known)
        {
            if (known.TryGetValue(options, out ComponentRegisterLayout? layout))
                return layout;
            layout = new ComponentRegisterLayout(options);
            if (known.Count < KindsMax)
                known.Add(options, layout);
            return layout;
        }
    }

    /// <summary>Which decoder's registers an offset is of.</summary>
    /// <param name="offset">Bytes from the start of the component registers.</param>
    /// <param name="decoder">The decoder, from 0.</param>
    /// <param name="within">Bytes from its Base Low.</param>
    /// <returns>False if the offset is of none.</returns>
    public bool TryDecoder(int offset, out int decoder, out int within)
    {
        (decoder, within) = (0, 0);
        if (Decoders is null || !Decoders.Contains(offset))
            return false;
        (decoder, within) = Math.DivRem(offset - Decoders.Offset, HdmCapabilityRegisters.DecoderLength);
        return true;
    }

    private static void Check(ComponentRegisterOptions options)
    {
        if (options.CacheIds is < 0 or > CacheIdRouteTableRegisters.TargetsMax)
            throw new ArgumentException($"There are 0 to {CacheIdRouteTableRegisters.TargetsMax} cache ids, not {options.CacheIds}.");
        if (options.HdmDDevices is < 0 or > CacheIdRouteTableRegisters.HdmDMax)
            throw new ArgumentException($"There are 0 to {CacheIdRouteTableRegisters.HdmDMax} HDM-D devices below a route table, not {options.HdmDDevices}.");
        if (options.Hdm is not HdmCapability hdm)
            return;
        if (options.Role is ComponentRole.RootPort or ComponentRole.DownstreamPort)
            throw new ArgumentException($"A {Describe(options.Role)} has no HDM decoders.");
        if (hdm.DecoderCount == 0)
            throw new ArgumentException($"The HDM decoder capability 0x{hdm.Word:x8} has a reserved count of decoders.");
    }

    private static string Describe(ComponentRole role) => role switch
    {
        ComponentRole.HostBridge => "host bridge",
        ComponentRole.RootPort => "root port",
        ComponentRole.UpstreamPort => "upstream port",
        ComponentRole.DownstreamPort => "downstream port",
        ComponentRole.Type3Endpoint => "type 3 endpoint",
        ComponentRole.Type2Endpoint => "type 2 endpoint",
        _ => throw new ArgumentException($"{role} is not a component."),
    };

    private void AddBackInvalidate(RegisterLayoutBuilder builder, ComponentRegisterOptions options, bool routes, bool facingDown)
    {
        if (routes)
        {
            BiRouteTable = Add(builder, BiRouteTableRegisters.Map, ComponentCapabilityId.BiRouteTable, 1, ResetClass.CoherencePath);
            builder.Set(BiRouteTable, BiRouteTableRegisters.ExplicitCommit, options.ExplicitCommit)
                .Set(BiRouteTable, BiRouteTableRegisters.TimeoutScale, CommitTimeoutScale);
            return;
        }

        BiDecoder = Add(builder, BiDecoderRegisters.For(facingDown), ComponentCapabilityId.BiDecoder, 1);
        builder.Set(BiDecoder, BiDecoder.Table.ExplicitCommit, options.ExplicitCommit).Set(BiDecoder, BiDecoder.Table.TimeoutScale, CommitTimeoutScale);
    }

    private void AddCacheIds(RegisterLayoutBuilder builder, ComponentRegisterOptions options, bool routes, bool facingDown)
    {
        if (routes)
        {
            CacheIdRouteTable = Add(builder, CacheIdRouteTableRegisters.For(options.CacheIds), ComponentCapabilityId.CacheIdRouteTable, 1);
            CacheIdRouteTableRegisters table = CacheIdRouteTable.Table;
            builder.Set(CacheIdRouteTable, table.ExplicitCommit, options.ExplicitCommit)
                .Set(CacheIdRouteTable, table.TimeoutScale, CommitTimeoutScale)
                .Set(CacheIdRouteTable, table.HdmDCount, (byte)options.HdmDDevices);
        }
        else if (facingDown)
        {
            CacheIdDecoder = Add(builder, CacheIdDecoderRegisters.Map, ComponentCapabilityId.CacheIdDecoder, 1, ResetClass.CoherencePath);
            builder.Set(CacheIdDecoder, CacheIdDecoderRegisters.ExplicitCommit, options.ExplicitCommit)
                .Set(CacheIdDecoder, CacheIdDecoderRegisters.TimeoutScale, CommitTimeoutScale);
        }
    }

    private RegisterBlock Add(RegisterLayoutBuilder builder, RegisterMap map, ComponentCapabilityId id, byte version, ResetClass resetClass = ResetClass.CacheMem) =>
        builder.Add(map, Place(id, version, map.Length), resetClass);

    // Tables with a type of their own are those that route coherence.
    private RegisterBlock<T> Add<T>(RegisterLayoutBuilder builder, T table, ComponentCapabilityId id, byte version)
        where T : class, IRegisterTable => builder.Add(table, Place(id, version, table.Map.Length), ResetClass.CoherencePath);

    private (RegisterBlock Head, RegisterRange Decoders) AddHdm(RegisterLayoutBuilder builder, HdmCapability hdm)
    {
        RegisterMap map = HdmCapabilityRegisters.Map;
        int length = HdmCapabilityRegisters.DecoderLength * hdm.DecoderCount;
        RegisterBlock head = builder.Add(map, Place(ComponentCapabilityId.HdmDecoder, 3, map.Length + length), ResetClass.HdmDecoder);
        builder.SetWord(head, 0, hdm.Word);
        return (head, builder.Reserve("HDM decoders", head.Offset + HdmCapabilityRegisters.FirstDecoder, length));
    }

    private RegisterBlock<ComponentCapabilityArray> AddArray(RegisterLayoutBuilder builder)
    {
        int count = present.Max(capability => System.Array.IndexOf(order, capability.Id)) + 1;
        ComponentCapabilityArray table = ComponentCapabilityArray.For(count);
        RegisterBlock<ComponentCapabilityArray> block = builder.Add(table, CacheMemOffset, ResetClass.CacheMem);
        foreach ((ComponentCapabilityId id, byte version, int offset) in present)
        {
            int entry = System.Array.IndexOf(order, id);
            builder.Set(block, table.Id(entry), id)
                .Set(block, table.Version(entry), version)
                .Set(block, table.Pointer(entry), (ushort)offset);
        }

        return block;
    }

    private int Place(ComponentCapabilityId id, byte version, int length)
    {
        int offset = next;
        if (offset + length > CacheMemLength)
            throw new InvalidOperationException($"{id} does not fit behind the other capabilities.");
        present.Add((id, version, offset));
        next = (offset + length + 7) & ~7;
        return CacheMemOffset + offset;
    }
}
