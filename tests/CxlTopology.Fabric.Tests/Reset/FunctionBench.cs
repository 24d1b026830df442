using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A <see cref="ResetBench"/> whose devices have further functions: 1 takes part in CXL.cache, 3 has no part in CXL.</summary>
internal static class FunctionBench
{
    /// <summary>Offset of the first word that keeps what is written, in BAR 0 of a further function.</summary>
    public const ulong Scratch = 0x20;

    public static ResetBench Make(HardwareDelay ready = default, bool switched = false, ResetOptions? reset = null, DeviceDvsecOptions? dvsec = null) => new(
        switched,
        ResetBench.DefaultDevice with
        {
            Functions =
            [
                new FunctionOptions { Number = 1, Configuration = new() { Device = DeviceDvsecOptions.FurtherFunction(DeviceDvsecOptions.Type2) }, Ready = ready },
                new FunctionOptions { Number = 3, ResetTime = SimDuration.FromMilliseconds(20) },
            ],
            Reset = reset ?? new ResetOptions(),
        },
        dvsec);

    /// <summary>Function 1 or 3 of the first device, as the program has enumerated it.</summary>
    public static PciDevice Further(this ResetBench bench, int number) => bench.PortAbove.Children.Single(c => c.Bdf.Function == number);

    /// <summary>The address of a register in BAR 0 of a further function.</summary>
    public static ulong At(this PciDevice function, ulong offset) => function.Bars[0].Base + offset;

    /// <summary>Decoders, memory and scratch words as a driver would leave them.</summary>
    public static async Task Ready(HostProgram os, ResetBench bench, bool locked = false)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(bench.Device);
        await programmer.Enable(bench.Device);
        await programmer.Commit(bench.Device, 0, ResetBench.Base, ResetBench.Quarter, locked);
        await programmer.Commit(bench.Device, 1, ResetBench.Base + ResetBench.Quarter, ResetBench.Quarter);
        Assert.Equal(AccessStatus.Ok, await os.Store(ResetBench.Base, 1));
        foreach (int number in (int[])[1, 3])
        {
            PciDevice function = bench.Further(number);
            await os.WriteConfig(function.Bdf, 0x0C, 0x10, 1);
            await os.WriteMmio(function.At(Scratch), (ulong)(0x100 + number));
            if (number == 1)
                await os.WriteConfig(function.Bdf, await os.Dvsec(function, 0) + 0x0C, 3, 2);
        }
    }
}
