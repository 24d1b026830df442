namespace CxlTopology.Vfio;

/// <summary>What reading a register gives and writing it does.</summary>
/// <param name="Reads">Where a read comes from, in words.</param>
/// <param name="Writes">What a write does, in words.</param>
/// <param name="FromDevice">Reads come from the device, not from the shadow.</param>
/// <param name="Write">What a write does; null drops it.</param>
public sealed record RegisterRule(string Reads, string Writes, bool FromDevice, Func<EmulatedSpace, EmulatedRegister, uint, Task>? Write)
{
    /// <summary>Reads the shadow; writes are dropped.</summary>
    public static RegisterRule ReadOnly { get; } = new("shadow", "dropped", false, null);

    /// <summary>Reads 0; writes are dropped.</summary>
    public static RegisterRule Zero { get; } = new("0", "dropped", false, null);

    /// <summary>Goes to the device both ways.</summary>
    public static RegisterRule Device { get; } = new("device", "to the device", true, (space, register, value) => space.WriteDevice(register.Offset, register.Length, value));

    /// <summary>Reads the shadow; a write computes what it becomes.</summary>
    /// <param name="writes">What a write does, in words.</param>
    /// <param name="next">From the space, what the shadow holds and what is written, what it holds next.</param>
    public static RegisterRule Shadow(string writes, Func<EmulatedSpace, uint, uint, uint> next) => new("shadow", writes, false, (space, register, value) =>
    {
        space[register.Offset, register.Length] = next(space, space[register.Offset, register.Length], value);
        return Task.CompletedTask;
    });
}
