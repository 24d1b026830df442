namespace CxlTopology.Specification;

/// <summary>Where an opcode of the protocol comes from.</summary>
/// <param name="Channel">The channel, as <see cref="MessageKind"/> spells it.</param>
/// <param name="Name">The opcode, as the specification spells it.</param>
/// <param name="IsSent">Whether the actors ever send it.</param>
/// <param name="When">When, or why not.</param>
public sealed record OpcodeUse(string Channel, string Name, bool IsSent, string When);
