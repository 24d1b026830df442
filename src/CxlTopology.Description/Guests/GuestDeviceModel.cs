using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>What a guest has as one device: an accelerator, or several whose memory is one interleaved region, passed as a whole.</summary>
public sealed record GuestDeviceModel
{
    /// <summary>The accelerators, in position order; one, or as many as are interleaved.</summary>
    public required IReadOnlyList<EndpointModel> Endpoints { get; init; }

    /// <summary>The further function of its only endpoint that this is; null for function 0, the accelerator.</summary>
    public FunctionModel? Function { get; init; }

    /// <summary>Bytes of its memory that the guest has; none of a further function.</summary>
    public required ByteSize Size { get; init; }

    /// <summary>Whether the guest passes it on to a guest of its own, and makes no use of it itself.</summary>
    public bool PassedOn { get; init; }

    /// <summary>Its name: the accelerator's, or the accelerators' with a plus between them, or <c>gpu0.copy</c>, a further function's.</summary>
    public string Name => Function is null ? string.Join('+', Endpoints.Select(e => e.Name)) : Endpoints[0].Name + "." + Function.Name;
}
