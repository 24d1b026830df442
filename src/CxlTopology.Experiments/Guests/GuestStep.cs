namespace CxlTopology.Experiments;

/// <summary>A step on the way of a guest's address.</summary>
/// <param name="Where">The guest, or the component of the hardware, with its decoder; at the end the device.</param>
/// <param name="Address">The address there: <c>0x…</c>.</param>
/// <param name="Kind">Whose address it is: <c>guest-physical</c>, <c>host-physical</c> or <c>device-physical</c>.</param>
/// <param name="What">What decides there.</param>
/// <param name="Target">What comes next; null where the access ends.</param>
public sealed record GuestStep(string Where, string Address, string Kind, string What, string? Target);
