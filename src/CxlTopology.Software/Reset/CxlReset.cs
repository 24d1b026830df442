using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Resets a type-2 device by CXL reset, as an operating system does: caches and regions first, then the device, then all that it forgot.</summary>
/// <remarks>
/// In order: gate; claim the ranges of its committed decoders and flush CPU caches over them; save; disable caching; write back and
/// invalidate the device's cache; wait for its transactions; initiate; leave it alone for 100 ms; poll; write everything back. A failure
/// before Initiate leaves the device as it was, one after it leaves it disabled. Of the registers only STATUS2 is looked at between
/// Initiate and the end. Of a device with several functions, and only if the caller says so, the other CXL functions are saved, turned off,
/// waited for and restored as well; functions in its Non-CXL Function Map are not touched.
/// </remarks>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
public sealed class CxlReset(IConfigurationBus configuration, IMmioBus mmio, ISoftwareClock clock)
{
    private static readonly SimDuration writeBackPoll = SimDuration.FromMicroseconds(100);
    private static readonly SimDuration writeBackMax = SimDuration.FromMilliseconds(100);
    private static readonly SimDuration quiet = SimDuration.FromMilliseconds(100);
    private static readonly SimDuration donePoll = SimDuration.FromMilliseconds(20);
    private readonly ComponentLocator locator = new(configuration, mmio);

    /// <summary>What the kernel would have logged: warnings, a sentence each.</summary>
    public List<string> Log { get; } = [];

    /// <summary>Whether the device has what a CXL reset needs: cache, memory and CXL reset, both enabled, HDM decoders, a single function.</summary>
    public async Task<bool> IsSupported(PciDevice device, CxlResetOptions? options = null) => await Refusal(device, options ?? new CxlResetOptions()) is null;

    /// <summary>Resets a device.</summary>
    /// <param name="device">Its function.</param>
    /// <param name="claims">The memory that others may use.</param>
    /// <param name="options">What it may do beyond the usual.</param>
    /// <exception cref="ErrnoException">
    /// -ENOTTY: the device has no CXL reset, is not enabled, or has further functions; one of these does not answer within 60 s after it. -EBUSY: its memory is in use, or a decoder cannot be
    /// released. -ENODEV: it does not answer. -ETIMEDOUT: write-back, reset or a commit took too long. -EIO: the reset failed, or a decoder
    /// did not come back.
    /// </exception>
    public async Task Run(PciDevice device, IMemoryClaims claims, CxlResetOptions? options = null)
    {
        options ??= new CxlResetOptions();
        if (await Refusal(device, options) is { } refusal)
            throw new ErrnoException(Errno.ENOTTY, refusal);
        var functions = new List<CxlState>();
        IReadOnlyList<PciDevice> siblings = await new CxlSiblings(configuration, locator).Affected(device, options);
        foreach (PciDevice function in (PciDevice[])[device, .. siblings])
        {
            ComponentLocation at = await locator.Locate(function);
            if (at is { DeviceDvsec: not 0 } && (function != device || at.HdmDecoders != 0))
                functions.Add(await CxlState.Save(configuration, mmio, function, at.DeviceDvsec, at.HdmDecoders, at.AddressOf(PathCommit.BiDecoder.Capability)));
            else if (function == device)
                throw new ErrnoException(Errno.ENODEV, $"{device.Bdf} stopped answering before its reset began.");
        }

        (ulong First, ulong Bytes)[] ranges = [.. functions.SelectMany(f => f.Ranges).Distinct()];
        int claimed = 0;
        try
        {
            foreach ((ulong first, ulong bytes) in ranges)
            {
                if (!claims.TryClaim(first, bytes))
                    throw new ErrnoException(Errno.EBUSY, $"Memory of {device.Bdf} from 0x{first:x} on, 0x{bytes:x} bytes, is in use: take it offline first.");
                claimed++;
            }

            foreach ((ulong first, ulong bytes) in ranges)
            {
                if (!await claims.FlushCaches(first, bytes))
                    Log.Add($"{device.Bdf}: the platform cannot flush CPU caches over 0x{first:x}; the reset goes on without.");
            }

            await Reset(device, siblings, functions, options);
        }
        finally
        {
            foreach ((ulong first, ulong bytes) in ranges[..claimed])
                claims.Release(first, bytes);
        }
    }

    private async Task Reset(PciDevice device, IReadOnlyList<PciDevice> siblings, List<CxlState> functions, CxlResetOptions options)
    {
        var saved = new List<PciState>();
        foreach (PciDevice function in (PciDevice[])[device, .. siblings])
            saved.Add(await PciState.Save(configuration, mmio, function));
        foreach (PciDevice sibling in siblings)
            await configuration.WriteConfig(sibling.Bdf, PciState.Command, PciState.InterruptDisable, 2);
        int quieted = 0;
        try
        {
            for (; quieted < functions.Count; quieted++)
                await Quiet(functions[quieted]);
        }
        catch (ErrnoException)
        {
            for (int i = 0; i <= quieted; i++)
                await TrySetControl2(functions[i], 0, CxlDvsec.DisableCaching);
            foreach (PciState state in saved.Skip(1))
                await state.Enable(configuration);
            throw;
        }

        var readiness = new PciReadiness(configuration, clock);
        foreach (PciDevice function in (PciDevice[])[device, .. siblings])
        {
            if (!await readiness.WaitForTransactions(function))
                Log.Add($"{function.Bdf}: transactions are still pending; the reset goes on.");
        }

        try
        {
            await InitiateAndWait(functions[0], options.ClearsMemory ? CxlDvsec.MemoryClear : 0);
            foreach (PciDevice sibling in siblings)
                await readiness.WaitForAnswer(sibling, "a CXL reset");
            await SetControl2(functions[0], 0, CxlDvsec.DisableCaching);
            foreach (PciState state in saved)
                await state.Restore(configuration, mmio);
            foreach (CxlState function in functions)
                await function.Restore(configuration, mmio, clock);
            foreach (PciState state in saved)
                await state.Enable(configuration);
        }
        catch (ErrnoException)
        {
            foreach (PciDevice function in (PciDevice[])[device, .. siblings])
                await configuration.WriteConfig(function.Bdf, PciState.Command, PciState.InterruptDisable, 2);
            throw;
        }

        foreach (CxlState function in functions.Where(f => f.Retained > 0))
            Log.Add($"{function.Device.Bdf}: {function.Retained} locked decoder(s) retained.");
    }

    /// <summary>Disables caching, and has the cache written back and invalidated if the device can.</summary>
    private async Task Quiet(CxlState function)
    {
        (PciDevice device, int dvsec) = (function.Device, function.Dvsec);
        uint capability = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Capability, 2);
        if (function.HasNoCache(capability))
            return;
        await SetControl2(function, CxlDvsec.DisableCaching, 0);
        if ((capability & CxlDvsec.WriteBackCapable) == 0)
            return;
        await SetControl2(function, CxlDvsec.DisableCaching | CxlDvsec.InitiateWriteBack, 0);
        SimTime deadline = clock.Now + writeBackMax;
        while (true)
        {
            bool last = clock.Now >= deadline;
            uint status = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Status2, 2);
            if (status != CxlDvsec.AllOnes && (status & CxlDvsec.CacheInvalid) != 0)
                return;
            if (last)
                throw new ErrnoException(Errno.ETIMEDOUT, $"The cache of {device.Bdf} was not written back and invalidated within 100 ms (STATUS2 0x{status:x4}).");
            await clock.Wait(writeBackPoll);
        }
    }

    private async Task InitiateAndWait(CxlState function, uint clear)
    {
        (PciDevice device, int dvsec) = (function.Device, function.Dvsec);
        uint capability = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Capability, 2);
        SimDuration limit = SimDuration.FromMilliseconds(
            Math.Max(100, CxlResetTimeout.MillisecondsOf((byte)(capability >> CxlDvsec.TimeoutShift & CxlDvsec.TimeoutMask))));
        await SetControl2(function, clear, CxlDvsec.MemoryClear);
        await SetControl2(function, CxlDvsec.InitiateReset | clear, CxlDvsec.MemoryClear);
        SimTime deadline = clock.Now + limit;
        await clock.Wait(quiet);
        while (true)
        {
            bool last = clock.Now >= deadline;
            uint status = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Status2, 2);
            if (status != CxlDvsec.AllOnes)
            {
                if ((status & CxlDvsec.ResetError) != 0)
                    throw new ErrnoException(Errno.EIO, $"{device.Bdf} says that its CXL reset failed (STATUS2 0x{status:x4}).");
                if ((status & CxlDvsec.ResetComplete) != 0)
                    return;
            }

            if (last)
                throw new ErrnoException(Errno.ETIMEDOUT, $"The CXL reset of {device.Bdf} was not complete after {limit} (STATUS2 0x{status:x4}).");
            await clock.Wait(donePoll);
        }
    }

    /// <summary>Sets and clears bits of CONTROL2. What is a command there is given only if it is set here.</summary>
    private async Task SetControl2(CxlState function, uint set, uint clear)
    {
        if (!await TrySetControl2(function, set, clear))
            throw new ErrnoException(Errno.ENODEV, $"{function.Device.Bdf} does not answer: CONTROL2 of its CXL DVSEC reads all ones.");
    }

    private async Task<bool> TrySetControl2(CxlState function, uint set, uint clear)
    {
        int at = function.Dvsec + CxlDvsec.Control2;
        uint control = await configuration.ReadConfig(function.Device.Bdf, at, 2);
        if (control == CxlDvsec.AllOnes)
            return false;
        await configuration.WriteConfig(function.Device.Bdf, at, (control & ~(CxlDvsec.Commands | clear)) | set, 2);
        return true;
    }

    /// <summary>Why the device cannot be reset like this; null if it can.</summary>
    private async Task<string?> Refusal(PciDevice device, CxlResetOptions options)
    {
        const uint Needed = CxlDvsec.Cache | CxlDvsec.Mem | CxlDvsec.ResetCapable;
        ComponentLocation at = await locator.Locate(device);
        if (at.DeviceDvsec == 0)
            return $"{device.Bdf} has no CXL device DVSEC.";
        uint capability = await configuration.ReadConfig(device.Bdf, at.DeviceDvsec + CxlDvsec.Capability, 2);
        if (capability == CxlDvsec.AllOnes || (capability & Needed) != Needed)
            return $"{device.Bdf} lacks cache, memory or CXL reset (capability 0x{capability:x4}).";
        uint control = await configuration.ReadConfig(device.Bdf, at.DeviceDvsec + CxlDvsec.Control, 2);
        if ((control & (CxlDvsec.Cache | CxlDvsec.Mem)) != (CxlDvsec.Cache | CxlDvsec.Mem))
            return $"{device.Bdf} has cache or memory not enabled (control 0x{control:x4}).";
        if (at.HdmDecoders == 0)
            return $"{device.Bdf} has no HDM decoders that can be found.";
        return await new CxlSiblings(configuration, locator).Refusal(device, options);
    }
}
