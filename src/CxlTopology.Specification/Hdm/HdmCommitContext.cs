namespace CxlTopology.Specification;

/// <summary>What a component knows when one of its decoders is asked to commit.</summary>
public readonly ref struct HdmCommitContext
{
    /// <summary>The decoder's registers.</summary>
    public required HdmDecoderSettings Settings { get; init; }

    /// <summary>The component's capability register.</summary>
    public required HdmCapability Capability { get; init; }

    /// <summary>The decoder below it; null for decoder 0.</summary>
    public HdmDecoderSettings? Previous { get; init; }

    /// <summary>The nearest committed decoder above it; null, the default, if there is none.</summary>
    public HdmDecoderSettings? NextCommitted { get; init; }

    /// <summary>Ports: the numbers of the component's downstream or root ports. Empty in an endpoint.</summary>
    public ReadOnlySpan<byte> Ports { get; init; }

    /// <summary>Endpoints: device memory taken by the decoders below, their skips included. 0 by default.</summary>
    public ulong DpaBase { get; init; }

    /// <summary>Endpoints: bytes of memory in the device. 0 by default.</summary>
    public ulong DpaCapacity { get; init; }
}
