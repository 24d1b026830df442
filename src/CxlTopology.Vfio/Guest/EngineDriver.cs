using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The driver of an accelerator's engine, in a guest: it makes the device bus master, arms its vectors, writes jobs to its registers (<see cref="EngineRegisters"/>), and takes its interrupts.</summary>
/// <remarks>Everything goes the guest's way: configuration, BARs and vectors are the VMM's and VFIO's to serve. A device without MSI-X is polled, every 10 us.</remarks>
public sealed class EngineDriver
{
    private const int Command = 0x04;
    private const uint MemoryAndMaster = 6;
    private const int FirstVector = 2; // the mailbox has 0 and the data object exchange 1
    private const int VectorBytes = 16;
    private const uint Enable = 1 << 15; // of MSI-X
    private static readonly SimDuration pollEvery = SimDuration.FromMicroseconds(10);
    private readonly VirtualMachine machine;
    private readonly PciDevice function;
    private readonly SortedDictionary<int, EngineJobState> jobs = [];
    private readonly SortedSet<int> armed = [];
    private ulong registers;
    private ulong table;
    private int msix; // offset of the capability
    private int vectors;
    private bool open;

    /// <summary>A driver that has not touched its device.</summary>
    /// <param name="guest">The guest, booted.</param>
    /// <param name="device">Its device.</param>
    /// <exception cref="ErrnoException">ENODEV: the guest has not found it.</exception>
    public EngineDriver(Guest guest, VirtualDevice device)
    {
        machine = guest.Machine;
        function = guest.FunctionOf(device) ?? throw new ErrnoException(Errno.ENODEV, $"The guest has not found {device.Device.Name}.");
    }

    /// <summary>Interrupts that came and told of the end of no job.</summary>
    public long Unexpected { get; private set; }

    /// <summary>What is known of a job.</summary>
    public EngineJobState StateOf(int job) => jobs.GetValueOrDefault(job) ?? new EngineJobState();

    /// <summary>Finds the engine, makes the device bus master, and turns MSI-X on: once, and again if the device has lost that by a reset.</summary>
    /// <exception cref="ErrnoException">ENODEV: there is no engine.</exception>
    public async Task Open()
    {
        if (open && await IsReady())
            return;
        armed.Clear();
        PciBar bar = function.Bars.Find(b => b.Index == EngineRegisters.Bar)
            ?? throw new ErrnoException(Errno.ENODEV, $"{function.Bdf} has no BAR {EngineRegisters.Bar}: there is no engine.");
        registers = bar.Base;
        await machine.WriteConfig(function.Bdf, Command, await machine.ReadConfig(function.Bdf, Command, 2) | MemoryAndMaster, 2);
        if (await machine.ReadMmio(registers + EngineRegisters.Identity, 8) != EngineRegisters.IdentityValue)
            throw new ErrnoException(Errno.ENODEV, $"{function.Bdf} shows no engine in BAR {EngineRegisters.Bar}.");
        await OpenVectors();
        open = true;
    }

    /// <summary>Starts a job.</summary>
    /// <param name="job">Its number.</param>
    /// <param name="address">First address: of the device's memory, or guest-physical.</param>
    /// <param name="ownMemory">Whether it is one of the device's memory.</param>
    /// <exception cref="ErrnoException">ENODEV: there is no such engine or job. EBUSY: it is at work.</exception>
    public async Task Start(int job, ulong address, bool ownMemory)
    {
        await Open();
        ulong there = await machine.ReadMmio(registers + EngineRegisters.JobCount, 8);
        if (job < 0 || (ulong)job >= there || there > EngineRegisters.JobsMax)
            throw new ErrnoException(Errno.ENODEV, $"The engine of {function.Bdf} has no job {job}.");
        if ((await Read(job, EngineRegisters.Status) & EngineRegisters.Busy) != 0)
            throw new ErrnoException(Errno.EBUSY, $"Job {job} of {function.Bdf} is at work.");
        ulong mode = ownMemory ? EngineRegisters.OwnMemory : 0;
        if (vectors > 0)
        {
            int vector = VectorOf(job);
            await Arm(vector);
            mode |= EngineRegisters.Interrupts | (ulong)vector << EngineRegisters.VectorShift;
        }

        jobs[job] = new EngineJobState { Started = true };
        await Write(job, EngineRegisters.Base, address);
        await Write(job, EngineRegisters.Mode, mode);
        await Write(job, EngineRegisters.Doorbell, EngineRegisters.Start);
        while (vectors == 0 && !await TryEnd(job, byInterrupt: false))
            await machine.Wait(pollEvery);
    }

    /// <summary>The vector that a job interrupts by. Jobs share vectors where there are more than vectors.</summary>
    public int VectorOf(int job) => vectors > FirstVector ? FirstVector + job % (vectors - FirstVector) : job % Math.Max(vectors, 1);

    private async Task<bool> IsReady() =>
        (await machine.ReadConfig(function.Bdf, Command, 2) & MemoryAndMaster) == MemoryAndMaster
        && (vectors == 0 || (await machine.ReadConfig(function.Bdf, msix + 2, 2) & Enable) != 0);

    private async Task OpenVectors()
    {
        const int Capabilities = 0x34;
        const int CapabilitiesMax = 48;
        const uint MsixId = 0x11;
        int at = (int)await machine.ReadConfig(function.Bdf, Capabilities, 1);
        for (int left = CapabilitiesMax; at >= 0x40 && left > 0; left--)
        {
            uint head = await machine.ReadConfig(function.Bdf, at);
            if ((head & 0xFF) != MsixId)
            {
                at = (int)(head >> 8 & 0xFC);
                continue;
            }

            uint place = await machine.ReadConfig(function.Bdf, at + 4);
            if (function.Bars.Find(b => b.Index == (int)(place & 7)) is not { } bar)
                return;
            (msix, table, vectors) = (at, bar.Base + (place & ~7u), (int)(head >> 16 & 0x7FF) + 1);
            machine.Connect(function.Bdf, OnInterrupt);
            await machine.WriteConfig(function.Bdf, at + 2, await machine.ReadConfig(function.Bdf, at + 2, 2) | Enable, 2);
            return;
        }
    }

    private async Task Arm(int vector)
    {
        if (!armed.Add(vector))
            return;
        ulong entry = table + (ulong)(vector * VectorBytes);
        await machine.WriteMmio(entry, (uint)machine.MessageAddress);
        await machine.WriteMmio(entry + 4, (uint)(machine.MessageAddress >> 32));
        await machine.WriteMmio(entry + 8, (uint)vector);
        await machine.WriteMmio(entry + 12, 0);
    }

    // An exception is the turn's, and fails the program that the guest runs in: hence no task.
    private async void OnInterrupt(uint data)
    {
        bool told = false;
        foreach (int job in jobs.Where(j => !j.Value.Ended && VectorOf(j.Key) == (int)data).Select(j => j.Key).ToArray())
            told |= await TryEnd(job, byInterrupt: true);
        if (!told)
            Unexpected++;
    }

    /// <summary>Looks whether a job has ended, and takes in what it came to.</summary>
    private async Task<bool> TryEnd(int job, bool byInterrupt)
    {
        ulong status = await Read(job, EngineRegisters.Status);
        if (status == ulong.MaxValue)
            return !byInterrupt; // it has gone: nothing more will come
        if ((status & EngineRegisters.Done) == 0)
            return !byInterrupt && (status & EngineRegisters.Busy) == 0; // not at work, and not done: the device was reset, and knows nothing of it any more
        if (jobs[job].Ended)
            return true; // another interrupt was quicker
        jobs[job] = jobs[job] with
        {
            Ended = true,
            Stopped = (status & EngineRegisters.Stopped) != 0,
            Interrupts = jobs[job].Interrupts + (byInterrupt ? 1 : 0),
        };
        await Write(job, EngineRegisters.Status, EngineRegisters.Done | EngineRegisters.Errors | EngineRegisters.Stopped);
        (long lines, long failed) = ((long)await Read(job, EngineRegisters.Completed), (long)await Read(job, EngineRegisters.Failed));
        jobs[job] = jobs[job] with { Lines = lines, Failed = failed };
        return true;
    }

    private Task<ulong> Read(int job, int register) => machine.ReadMmio(registers + (ulong)EngineRegisters.Of(job, register), 8);

    private Task Write(int job, int register, ulong value) => machine.WriteMmio(registers + (ulong)EngineRegisters.Of(job, register), value, 8);
}
