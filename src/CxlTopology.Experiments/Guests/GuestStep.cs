namespace CxlTopology.Experiments;

/// <summary>A step on the way of a guest's address.</summary>
/// <param name="Where">The guest, the component of the hardware with its decoder, or the device.</param>
/// <param name="Address">The address there: guest-physical, host-physical or the device's; <c>0x…</c>.</param>
/// <param name="What">What decides there.</param>
public sealed record GuestStep(string Where, string Address, string What);
