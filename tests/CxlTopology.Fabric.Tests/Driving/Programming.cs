namespace CxlTopology.Fabric.Tests;

/// <summary>What is written to the registers of a decoder, Control last.</summary>
/// <param name="Size">Length of the range of host addresses.</param>
/// <param name="Control">Control.</param>
/// <param name="TargetsOrSkip">The target list of a port, the DPA skip of a device.</param>
/// <param name="Base">First host address.</param>
/// <param name="Decoder">Which decoder.</param>
public sealed record Programming(ulong Size, uint Control, ulong TargetsOrSkip = 0, ulong Base = FabricBench.Base, int Decoder = 0);
