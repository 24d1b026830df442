namespace CxlTopology.Specification;

/// <summary>Where a host takes the writes by which devices interrupt (MSI, MSI-X): 256 bytes for each of its agents, from 0xFEE0_0000 on.</summary>
/// <remarks>An agent of a host has a number; what it adds to the tags of its requests has it above bit 20.</remarks>
public static class MessageInterrupt
{
    /// <summary>The first address.</summary>
    public const ulong Base = 0xFEE0_0000;

    private const int AgentShift = 8;
    private const int TagBits = 20;

    /// <summary>The address by which an agent is interrupted.</summary>
    /// <param name="tagBase">What the agent adds to its tags.</param>
    public static ulong AddressOf(uint tagBase) => Base + ((ulong)(tagBase >> TagBits) << AgentShift);

    /// <summary>The number of the agent that a write is for; what is below <see cref="Base"/> gives a number that no host has.</summary>
    public static ulong AgentOf(ulong address) => address < Base ? ulong.MaxValue : address - Base >> AgentShift;

    /// <summary>Who writes: segment, bus, device and function in 32 bits.</summary>
    public static uint RequesterOf(Bdf function) => (uint)function.Segment << 16 | function.RoutingId;
}
