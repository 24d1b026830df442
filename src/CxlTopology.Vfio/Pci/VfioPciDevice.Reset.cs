using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The resets of a device: asked for by a request, by the guest in a register, with all of its bus, or before it is assigned.</summary>
public sealed partial class VfioPciDevice
{
    private const uint InitiateReset = 1 << 15;
    private static readonly SimDuration functionReset = SimDuration.FromMilliseconds(100);

    /// <summary>VFIO_DEVICE_RESET.</summary>
    /// <exception cref="ErrnoException">EINVAL: it has no reset.</exception>
    internal async Task Reset()
    {
        await WhenReady();
        RequireThere();
        if (!resets)
            throw new ErrnoException(Errno.EINVAL, $"{Name} has no reset in dialect {VfioDialects.NameOf(Options.Dialect)}.");
        bool isCxl = Cxl is not null && Options.Dialect == VfioDialect.RfcV2;
        // Of one group, and so of one user: the others' accesses wait until it is over.
        VfioPciDevice[] others = isCxl && Options.ResetsSiblings ? [.. Group.Devices.Where(d => d != this && d.IsOpen && !d.IsRemoved).OrderBy(d => d.Number)] : [];
        VfioPciDevice[] together = [this, .. others];
        while (together.FirstOrDefault(d => d.IsBusy) is { } first)
            await first.WhenReady();
        RequireThere();
        await AloneWith(together, async () =>
        {
            var saved = new List<(VfioPciDevice Device, IReadOnlyList<(int, int, uint)> Registers)>();
            foreach (VfioPciDevice device in together)
            {
                device.Zap();
                saved.Add((device, await device.Configuration.Save()));
                await device.Configuration.ForceMemory();
            }

            try
            {
                if (isCxl)
                    await Cxl!.Reset();
                else
                    await ResetFunction();
            }
            catch (ErrnoException)
            {
                // The reset has left every function as it is safe. Only what was forced here is taken back.
                foreach (VfioPciDevice device in together)
                    await device.Configuration.ReleaseMemory();
                throw;
            }

            foreach ((VfioPciDevice device, IReadOnlyList<(int, int, uint)> registers) in saved)
            {
                await device.Configuration.Restore(registers);
                await device.Interrupts.Restore();
                device.Note(device == this ? "reset" : $"reset with {Name}");
            }
        });
    }

    /// <summary>Whether Initiate Function Level Reset resets it.</summary>
    internal bool ResetsAsFunction => resets && (Cxl is null || Options.Dialect == VfioDialect.V3);

    /// <summary>A hot reset of its bus, with all that lies there: their users own it.</summary>
    /// <exception cref="ErrnoException">ENOTTY: the port above masks it, or there is none. Else as <see cref="PciHotReset.Run"/>.</exception>
    internal async Task HotReset()
    {
        VfioPciDevice[] affected = [.. PciHotReset.Affected(Function).Select(f => Host.FindDevice(f.Bdf)).OfType<VfioPciDevice>().OrderBy(d => d.Number)];
        while (affected.FirstOrDefault(d => d.IsBusy) is { } first)
            await first.WhenReady();
        RequireThere();
        await AloneWith(affected, async () =>
        {
            var saved = new List<(VfioPciDevice Device, IReadOnlyList<(int, int, uint)> Registers)>();
            foreach (VfioPciDevice device in affected.Where(d => d.IsOpen && !d.IsRemoved))
            {
                device.Zap();
                saved.Add((device, await device.Configuration.Save()));
                await device.Configuration.ForceMemory();
            }

            try
            {
                await new PciHotReset(Hardware.Configuration, Hardware.Mmio, Hardware.Clock).Run(Function, Options.HotReset);
                foreach ((VfioPciDevice device, _) in saved)
                {
                    if (device.Options.Dialect == VfioDialect.RfcV2)
                        device.Cxl?.RestoreShadows();
                    device.Note("hot reset");
                }
            }
            finally
            {
                foreach ((VfioPciDevice device, IReadOnlyList<(int, int, uint)> registers) in saved)
                {
                    await device.Configuration.Restore(registers);
                    await device.Interrupts.Restore();
                }
            }
        });
    }

    /// <summary>The user wrote Initiate Function Level Reset.</summary>
    internal async Task ResetByGuest()
    {
        if (!ResetsAsFunction)
            return; // the reset of such a device is not the function's
        await WhenReady(); // another processor may have asked for one: what it forgets meanwhile must not be saved
        await Alone(async () =>
        {
            Zap();
            IReadOnlyList<(int, int, uint)> saved = await Configuration.Save();
            await ResetFunction();
            await Configuration.Restore(saved);
            await Interrupts.Restore();
            Note("reset by the guest");
        });
    }

    /// <summary>Has the function stop what it does for its last user, by a function-level reset, if it has one.</summary>
    internal async Task Quiesce()
    {
        if (!hasFunctionReset)
            return;
        IReadOnlyList<(int, int, uint)> saved = await Configuration.Save();
        await ResetFunction();
        await Configuration.Restore(saved);
        Note("reset before it is assigned");
    }

    private async Task ResetFunction()
    {
        int control = Configuration.Express + 8;
        uint now = await Hardware.Configuration.ReadConfig(Function.Bdf, control, 2);
        await Hardware.Configuration.WriteConfig(Function.Bdf, control, now | InitiateReset, 2);
        await Hardware.Clock.Wait(functionReset);
    }
}
