using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A further function of an endpoint, 1 to 7: configuration space, MSI-X table and registers of its own, which come to be when they are first asked for.</summary>
/// <remarks>Belongs to its endpoint, in whose turns it is used.</remarks>
/// <param name="endpoint">The endpoint.</param>
/// <param name="options">What it is built from.</param>
internal sealed class DeviceFunction(Endpoint endpoint, FunctionOptions options) : IRegisterSpace
{
    private PciFunction? function;
    private RegisterBank? registers;

    /// <summary>What it was built from.</summary>
    public FunctionOptions Options => options;

    /// <summary>Its number, 1 to 7.</summary>
    public int Number => options.Number;

    /// <summary>Whether a CXL reset of the device resets it.</summary>
    public bool IsCxl => options.IsCxl;

    /// <summary>Its configuration space and MSI-X table.</summary>
    public PciFunction Function => function ?? Make();

    /// <summary>The same, if anyone has asked for it yet.</summary>
    public PciFunction? Made => function;

    /// <summary>The reset for which it answers CXL.io with retry status; null if it answers.</summary>
    public ResetKind? Quiet { get; set; }

    /// <summary>Counts its resets, so that a timer of one that another took the place of is known.</summary>
    public uint Resets { get; set; }

    private RegisterBank Registers => registers ??= new RegisterBank(FunctionRegisters.Layout);

    /// <inheritdoc/>
    public bool Accepts(long offset, int size) => FunctionRegisters.Layout.Accepts(offset, size);

    /// <inheritdoc/>
    public ulong Read(int offset, int size) => Registers.Read(offset, size);

    /// <inheritdoc/>
    public bool Write(int offset, int size, ulong value)
    {
        RegisterWrite write = Registers.Write(offset, size, value);
        if (!write.Wrote(FunctionRegisters.Block, FunctionRegisters.Doorbell))
            return false;
        Registers.Set(FunctionRegisters.Block, FunctionRegisters.Rings, Registers.Get(FunctionRegisters.Block, FunctionRegisters.Rings) + 1);
        Function.Raise(write.Written(FunctionRegisters.Block, FunctionRegisters.Doorbell));
        return true;
    }

    /// <summary>What a reset leaves of it.</summary>
    public void Reset(ResetKind kind)
    {
        Resets++;
        function?.Reset(kind);
        registers?.Reset(kind);
        TellLink();
    }

    /// <summary>What its PCI Express capability says of the link.</summary>
    public void TellLink() => function?.SetLink(endpoint.IsUp ? endpoint.Link!.Speed : null, carriesCache: false);

    /// <summary>Adds its registers to the run's digest.</summary>
    public void AppendState(ref RunDigest digest)
    {
        if (function is null && registers is null)
            return;
        function?.AppendState(ref digest);
        digest.Add((ulong)Number << 32 | (registers?.Get(FunctionRegisters.Block, FunctionRegisters.Rings) ?? 0));
        foreach (Field<uint> word in FunctionRegisters.Scratch)
            digest.Add((ulong)(registers?.Get(FunctionRegisters.Block, word) ?? 0));
    }

    private PciFunction Make()
    {
        function = PciFunction.Further(options.Configuration, endpoint.Link, endpoint.Function!.Components);
        TellLink();
        return function;
    }
}
