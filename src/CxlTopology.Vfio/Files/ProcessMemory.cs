namespace CxlTopology.Vfio;

/// <summary>Memory of a process.</summary>
/// <param name="Address">Where the process has it.</param>
/// <param name="Length">Bytes.</param>
/// <param name="HostAddress">Where the host has it.</param>
public sealed record ProcessMemory(ulong Address, ulong Length, ulong HostAddress);
