using CxlTopology.Simulation;

namespace CxlTopology.Fabric.Tests;

/// <summary>One message that came back for a <see cref="Probe"/>.</summary>
/// <param name="At">When.</param>
/// <param name="Status">Its status.</param>
/// <param name="Completer">The actor that completed the access.</param>
/// <param name="Address">The address it carries: a device address if memory answered.</param>
/// <param name="Lines">Of a burst, the lines it is for.</param>
/// <param name="Poisoned">Whether it is poisoned.</param>
/// <param name="Data">The lines it carries, 64 bytes each.</param>
/// <param name="Value">Of a register access, what was read.</param>
public sealed record ProbeAnswer(SimTime At, byte Status, int Completer, ulong Address, ulong Lines, bool Poisoned, byte[] Data, ulong Value)
{
    /// <summary>The eight bytes at an offset in the first line.</summary>
    public ulong WordAt(ulong address) => BitConverter.ToUInt64(Data, (int)(address & 63));
}
