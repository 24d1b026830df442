using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The block of component registers of a host bridge, port or endpoint. The HDM decoder capability's are its decoders' own.</summary>
internal sealed class ComponentRegisters : IRegisterSpace
{
    private const int CacheIds = 8;
    private readonly ComponentRegisterLayout layout;
    private readonly RegisterBank registers;
    private RasErrorLog? errors;

    /// <param name="role">What the component is: decides which capabilities it has.</param>
    /// <param name="decoders">Its HDM decoders; null if it has none.</param>
    /// <param name="backInvalidate">Whether back-invalidates can pass it: 256-byte flits.</param>
    public ComponentRegisters(ComponentRole role, HdmDecoderCapability? decoders, bool backInvalidate)
    {
        Decoders = decoders;
        layout = ComponentRegisterLayout.Of(new ComponentRegisterOptions
        {
            Role = role,
            Hdm = decoders?.Word,
            BackInvalidate = backInvalidate,
            CacheIds = role is ComponentRole.Type2Endpoint or ComponentRole.Type3Endpoint ? 0 : CacheIds,
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
        return write.ChangedAnything;
    }

    /// <summary>What a reset leaves of all but the decoders.</summary>
    public void Reset(ResetKind kind)
    {
        registers.Reset(kind);
        errors?.OnReset(kind);
    }

    /// <summary>An uncorrectable error of CXL.cache or CXL.mem happened.</summary>
    public RasSignal Log(RasUncorrectable error, ReadOnlySpan<uint> header) => Errors.Record(error, header);

    /// <summary>A correctable one happened.</summary>
    public RasSignal Log(RasCorrectable error) => Errors.Record(error);
}
