using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The registers of an accelerator's engine, as its BAR has them (<see cref="EngineRegisters"/>).</summary>
internal sealed class EngineSpace(IReadOnlyList<EngineJob> jobs) : IRegisterSpace
{
    private readonly Queue<int> started = new();

    /// <inheritdoc/>
    public bool Accepts(long offset, int size) =>
        size is 4 or 8 && offset % size == 0 && offset >= 0 && offset < EngineRegisters.FirstJob + (long)EngineRegisters.JobsMax * EngineRegisters.JobLength;

    /// <inheritdoc/>
    public ulong Read(int offset, int size)
    {
        ulong value = (offset & ~7) switch
        {
            EngineRegisters.Identity => EngineRegisters.IdentityValue,
            EngineRegisters.JobCount => (ulong)jobs.Count,
            _ => JobAt(offset, out int register) is >= 0 and int job ? jobs[job].Read(register) : 0,
        };
        return value >> 8 * (offset & 7) & IoWidth.AllOnes(size);
    }

    /// <inheritdoc/>
    public bool Write(int offset, int size, ulong value)
    {
        int shift = 8 * (offset & 7);
        if (JobAt(offset, out int register) is >= 0 and int job && jobs[job].Write(register, value << shift, IoWidth.AllOnes(size) << shift))
            started.Enqueue(job);
        return started.Count > 0;
    }

    /// <summary>A job that a doorbell started; asked once.</summary>
    public bool TryTakeStarted(out int job) => started.TryDequeue(out job);

    private int JobAt(int offset, out int register)
    {
        int from = offset - EngineRegisters.FirstJob;
        register = from & (EngineRegisters.JobLength - 1) & ~7;
        int job = from / EngineRegisters.JobLength;
        return from >= 0 && job < jobs.Count ? job : -1;
    }
}
