namespace CxlTopology.Software.Tests;

/// <summary>A read or write of a register of the HDM decoder capability.</summary>
/// <param name="Offset">From the capability's start.</param>
/// <param name="Value">What is written.</param>
/// <param name="IsWrite">Whether it is a write.</param>
internal sealed record DecoderAccess(int Offset, uint Value, bool IsWrite);
