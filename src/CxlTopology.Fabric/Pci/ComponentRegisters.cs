using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The block of component registers of a host bridge, port or endpoint. The HDM decoder capability's are its decoders' own.</summary>
internal sealed class ComponentRegisters : IRegisterSpace
{
    private readonly ComponentRegisterLayout layout;
    private readonly RegisterBank registers;
    private readonly CoherencePathOptions options;
    private RasErrorLog? errors;

    /// <param name="role">What the component is: decides which capabilities it has.</param>
    /// <param name="decoders">Its HDM decoders; null if it has none.</param>
    /// <param name="path">What it has of BI and cache ID decoders and route tables.</param>
    public ComponentRegisters(ComponentRole role, HdmDecoderCapability? decoders, CoherencePathOptions path)
    {
        Decoders = decoders;
        options = path;
        layout = ComponentRegisterLayout.Of(new ComponentRegisterOptions
        {
            Role = role,
            Hdm = decoders?.Word,
            BackInvalidate = path.BackInvalidate,
            CacheIds = role is ComponentRole.Type2Endpoint or ComponentRole.Type3Endpoint ? 0 : path.CacheIds,
            HdmDDevices = path.HdmDDevices,
        });
        registers = new RegisterBank(layout.Registers);
    }

    /// <summary>The HDM decoders; null without.</summary>
    public HdmDecoderCapability? Decoders { get; }

    /// <summary>Where in the HDM decoder capability an offset lies; -1 if it does not.</summary>
    public int OffsetInDecoders(int offset) =>
        layout.Hdm is { } head && Decoders is not null && offset >= head.Offset && offset < head.Offset + HdmCapabilityRegisters.DecoderOffset(Decoders.Count)
            ? offset - head.Offset
            : -1;

    /// <summary>Whether poison is an uncorrectable error here (Poison_Enabled).</summary>
    public bool PoisonEnabled => registers.Get(layout.Ras, RasRegisters.PoisonEnabled);

    /// <summary>Timeout and isolation; null without.</summary>
    public RegisterView? Isolation => layout.TimeoutIsolation is { } block ? registers[block] : null;

    /// <summary>BI and cache ID decoders and route tables; null before they were written to, or without.</summary>
    public CoherencePath? Path { get; private set; }

    private RasErrorLog Errors => errors ??= new RasErrorLog(registers, layout.Ras);

    /// <inheritdoc/>
    public bool Accepts(long offset, int size) => offset % size == 0;

    /// <inheritdoc/>
    public ulong Read(int offset, int size) => registers.Read(offset, size);

    /// <inheritdoc/>
    public bool Write(int offset, int size, ulong value)
    {
        RegisterWrite write = registers.Write(offset, size, value);
        errors?.OnWrite(write);
        if (Path is not null || IsOfPath(offset))
            commits |= (Path ??= new CoherencePath(layout, registers, options)).OnWrite(write);
        return write.ChangedAnything;
    }

    /// <summary>What writes have asked to commit; asked once.</summary>
    public PathCommits TakeCommits()
    {
        PathCommits taken = commits;
        commits = PathCommits.None;
        return taken;
    }

    private PathCommits commits;

    private bool IsOfPath(int offset) =>
        layout.BiDecoder?.Contains(offset) == true || layout.BiRouteTable?.Contains(offset) == true
        || layout.CacheIdDecoder?.Contains(offset) == true || layout.CacheIdRouteTable?.Contains(offset) == true;

    /// <summary>What a reset leaves of all but the decoders.</summary>
    public void Reset(ResetKind kind)
    {
        registers.Reset(kind);
        errors?.OnReset(kind);
        Path?.OnReset(kind);
        commits = PathCommits.None;
    }

    /// <summary>An uncorrectable error of CXL.cache or CXL.mem happened.</summary>
    public RasSignal Log(RasUncorrectable error, ReadOnlySpan<uint> header) => Errors.Record(error, header);

    /// <summary>A correctable one happened.</summary>
    public RasSignal Log(RasCorrectable error) => Errors.Record(error);
}
