using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>One endpoint's part of a region.</summary>
/// <param name="Position">Interleave position, from 0.</param>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Decoder">Index of the endpoint's decoder that maps the part: decoders go by ascending host address.</param>
/// <param name="Dpa">First device address of the part.</param>
/// <param name="Skip">Device addresses left out before the part: the value of the decoder's DPA skip.</param>
public sealed record RegionTargetModel(int Position, EndpointModel Endpoint, int Decoder, Dpa Dpa, ByteSize Skip);
