namespace CxlTopology.Specification;

/// <summary>Where the registers of an accelerator's engine are in its BAR 2: one job after the other. All are little-endian, of 8 bytes; 4 bytes of one may be accessed.</summary>
/// <remarks>A device of this project's own, in the way that such devices are: no specification has it.</remarks>
public static class EngineRegisters
{
    /// <summary>The BAR.</summary>
    public const int Bar = 2;

    /// <summary>What identifies the engine: reads 0x454E_4749_4E45_3031.</summary>
    public const int Identity = 0x00;

    /// <summary>The value of <see cref="Identity"/>.</summary>
    public const ulong IdentityValue = 0x454E_4749_4E45_3031;

    /// <summary>How many jobs there are: 1 to <see cref="JobsMax"/>.</summary>
    public const int JobCount = 0x08;

    /// <summary>The first job's registers.</summary>
    public const int FirstJob = 0x100;

    /// <summary>Bytes of a job's registers.</summary>
    public const int JobLength = 0x40;

    /// <summary>Jobs of a device: as many as 64 KiB have room for.</summary>
    public const int JobsMax = 1020;

    /// <summary>Of a job: a 1 in bit 0 starts it (doorbell), in bit 1 stops it; reads 0. One with nothing left to do, or that a reset is still stopping, is done and stopped at once, and interrupts if it is to.</summary>
    public const int Doorbell = 0x00;

    /// <summary>Of a job: bit 0 busy; bit 1 done, bit 2 some accesses failed, bit 3 stopped before its end: cleared by a 1.</summary>
    public const int Status = 0x08;

    /// <summary>Of a job: first address of what it works on.</summary>
    public const int Base = 0x10;

    /// <summary>Of a job: bit 0 the address is one of the device's own memory, else of the bus; bit 1 it interrupts when it is done; bits 31:16 by which vector.</summary>
    public const int Mode = 0x18;

    /// <summary>Of a job: lines accessed. Read-only.</summary>
    public const int Completed = 0x20;

    /// <summary>Of a job: lines of them that failed. Read-only.</summary>
    public const int Failed = 0x28;

    /// <summary>Bit of <see cref="Doorbell"/>.</summary>
    public const ulong Start = 1;

    /// <summary>Bit of <see cref="Doorbell"/>.</summary>
    public const ulong Stop = 2;

    /// <summary>Bit of <see cref="Status"/>.</summary>
    public const ulong Busy = 1;

    /// <summary>Bit of <see cref="Status"/>.</summary>
    public const ulong Done = 2;

    /// <summary>Bit of <see cref="Status"/>.</summary>
    public const ulong Errors = 4;

    /// <summary>Bit of <see cref="Status"/>.</summary>
    public const ulong Stopped = 8;

    /// <summary>Bit of <see cref="Mode"/>.</summary>
    public const ulong OwnMemory = 1;

    /// <summary>Bit of <see cref="Mode"/>.</summary>
    public const ulong Interrupts = 2;

    /// <summary>Where the vector is in <see cref="Mode"/>.</summary>
    public const int VectorShift = 16;

    /// <summary>Where a register of a job is.</summary>
    public static int Of(int job, int register) => FirstJob + job * JobLength + register;
}
