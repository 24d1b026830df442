using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A port of the CXL core: <c>root0</c>, <c>portN</c> for a host bridge or a switch, <c>endpointN</c> for a memory device. All ids come from one pool.</summary>
public sealed class CxlPort
{
    /// <summary>What it stands for.</summary>
    public required CxlPortKind Kind { get; init; }

    /// <summary>Its id, the smallest that was free when it was created.</summary>
    public required int Id { get; init; }

    /// <summary>The port above; null for the root.</summary>
    public CxlPort? Parent { get; init; }

    /// <summary>The downstream port above that it hangs on; null for the root.</summary>
    public CxlDport? ParentDport { get; init; }

    /// <summary>The device that it is the port of, as <c>cxl list</c> has it: <c>ACPI.CXL</c> is the root's provider, <c>pci0000:0c</c> a host bridge, <c>0000:0d:00.0</c> a switch, <c>mem0</c> a memory device.</summary>
    public required string Host { get; init; }

    /// <summary>The function of a switch's upstream port, or of the device; null for root and host bridges.</summary>
    public PciDevice? Function { get; init; }

    /// <summary>The memory device of an endpoint; null otherwise.</summary>
    public CxlMemdev? Memdev { get; init; }

    /// <summary>Where its registers are; null for the root, and while they were not looked for.</summary>
    public ComponentLocation? Location { get; internal set; }

    /// <summary>The address of its HDM decoder capability; 0 if it has none.</summary>
    public ulong HdmDecoders { get; internal set; }

    /// <summary>Its HDM decoder capability register; default without one.</summary>
    public HdmCapability Capability { get; internal set; }

    /// <summary>Of an endpoint or a switch: its CDAT; null before it was read (<see cref="CxlCore.ReadCdat"/>), or without one.</summary>
    public Cdat? Cdat { get; internal set; }

    /// <summary>Its downstream ports by creation.</summary>
    public List<CxlDport> Dports { get; } = [];

    /// <summary>Its decoders by instance.</summary>
    public List<CxlDecoder> Decoders { get; } = [];

    /// <summary>Ports below it: host bridges, switches, endpoints.</summary>
    public List<CxlPort> Children { get; } = [];

    /// <summary>The instance of the last decoder committed in order; -1 without one.</summary>
    public int CommitEnd { get; internal set; } = -1;

    /// <summary>Of an endpoint: the instance of the last decoder that has device memory; -1 without one.</summary>
    public int HdmEnd { get; internal set; } = -1;

    /// <summary>The regions that pass it, in the order in which they came.</summary>
    internal List<RegionReference> References { get; } = [];

    /// <summary>Of an endpoint: the CXL core set HDM Decoder Enable, and clears it when the endpoint goes.</summary>
    internal bool EnabledDecoders { get; set; }

    /// <summary>Of an endpoint: the CXL core set Mem_Enable, and clears it when the endpoint goes.</summary>
    internal bool EnabledMemory { get; set; }

    /// <summary>Whether its driver is bound: the CXL core enumerated its decoders without an error.</summary>
    public bool Enabled { get; internal set; } = true;

    /// <summary><c>root0</c>, <c>port1</c>, <c>endpoint2</c>.</summary>
    public string Name => Kind switch
    {
        CxlPortKind.Root => $"root{Id}",
        CxlPortKind.Endpoint => $"endpoint{Id}",
        _ => $"port{Id}",
    };

    /// <summary>How many ports are above it.</summary>
    public int Depth => Parent is null ? 0 : Parent.Depth + 1;
}
