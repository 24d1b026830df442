using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A job of an accelerator's engine: the registers by which its driver starts it and learns what it came to.</summary>
internal sealed class EngineJob
{
    private const ulong ModeMask = 0xFFFF_0003;
    private const ulong StatusMask = EngineRegisters.Done | EngineRegisters.Errors | EngineRegisters.Stopped;
    private ulong status;
    private ulong mode;

    /// <summary>First address.</summary>
    public ulong Base { get; private set; }

    /// <summary>Whether it is at work.</summary>
    public bool IsBusy => (status & EngineRegisters.Busy) != 0;

    /// <summary>Whether it has been stopped and its agent is not through yet: what it still asks for is not done.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Whether its addresses are of the device's memory.</summary>
    public bool IsOwnMemory => (mode & EngineRegisters.OwnMemory) != 0;

    /// <summary>The vector by which it interrupts; null if it does not.</summary>
    public int? Vector => (mode & EngineRegisters.Interrupts) != 0 ? (int)(mode >> EngineRegisters.VectorShift) & 0xFFFF : null;

    /// <summary>Lines accessed.</summary>
    public long Completed { get; private set; }

    /// <summary>Lines that failed.</summary>
    public long Failed { get; private set; }

    /// <summary>Whether its agent has nothing left to do.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>A register.</summary>
    public ulong Read(int register) => register switch
    {
        EngineRegisters.Status => status,
        EngineRegisters.Base => Base,
        EngineRegisters.Mode => mode,
        EngineRegisters.Completed => (ulong)Completed,
        EngineRegisters.Failed => (ulong)Failed,
        _ => 0,
    };

    /// <summary>Writes the bits of a register that <paramref name="mask"/> names. Address and mode do not change while it is at work.</summary>
    /// <returns>Whether it was started: it is at work then and its agent is to be told, or is over at once and its driver is.</returns>
    public bool Write(int register, ulong value, ulong mask)
    {
        switch (register)
        {
            case EngineRegisters.Status:
                status &= ~(value & mask & StatusMask);
                return false;
            case EngineRegisters.Base when !IsBusy:
                Base = Base & ~mask | value & mask;
                return false;
            case EngineRegisters.Mode when !IsBusy:
                mode = (mode & ~mask | value & mask) & ModeMask;
                return false;
            case EngineRegisters.Doorbell:
                if ((value & mask & EngineRegisters.Stop) != 0)
                    Stop();
                return (value & mask & EngineRegisters.Start) != 0 && Start();
            default:
                return false;
        }
    }

    /// <summary>A line was accessed. What the agent hears of after a reset is of no job any more.</summary>
    public void Note(bool isOk)
    {
        if (!IsBusy)
            return;
        Completed++;
        if (!isOk)
            Failed++;
    }

    /// <summary>Its agent is through.</summary>
    /// <returns>Whether its driver waits for that.</returns>
    public bool End()
    {
        IsSpent = true;
        bool waited = IsBusy;
        if (waited)
            status = status & ~EngineRegisters.Busy | EngineRegisters.Done | (Failed > 0 ? EngineRegisters.Errors : 0) | (IsStopping ? EngineRegisters.Stopped : 0);
        IsStopping = false;
        return waited;
    }

    /// <summary>The device was reset: the registers are as after power-up, and what the agent still asks for is not done.</summary>
    public void Reset()
    {
        IsStopping |= IsBusy;
        (status, mode, Base, Completed, Failed) = (0, 0, 0, 0, 0);
    }

    /// <summary>Adds what software can read to a digest.</summary>
    public void AppendState(ref RunDigest digest)
    {
        foreach (ulong register in (ReadOnlySpan<ulong>)[status, mode, Base, (ulong)Completed, (ulong)Failed])
            digest.Add(register);
    }

    /// <summary>Writes its state.</summary>
    public void Save(WireBuffer to)
    {
        foreach (ulong register in (ReadOnlySpan<ulong>)[status, mode, Base, (ulong)Completed, (ulong)Failed])
            to.WriteUInt64(register);
        to.WriteBool(IsSpent);
        to.WriteBool(IsStopping);
    }

    /// <summary>Takes over what <see cref="Save"/> wrote.</summary>
    public void Load(ref WireReader from)
    {
        (status, mode, Base, Completed, Failed) = (from.ReadUInt64(), from.ReadUInt64(), from.ReadUInt64(), (long)from.ReadUInt64(), (long)from.ReadUInt64());
        (IsSpent, IsStopping) = (from.ReadBool(), from.ReadBool());
    }

    private void Stop() => IsStopping |= IsBusy;

    private bool Start()
    {
        if (IsBusy)
            return false; // one at a time
        if (IsSpent || IsStopping)
        {
            status |= EngineRegisters.Done | EngineRegisters.Stopped; // there is nothing left to do
            return true;
        }

        status = EngineRegisters.Busy;
        return true;
    }
}
