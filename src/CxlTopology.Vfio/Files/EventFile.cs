using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>An eventfd: a counter that interrupts add to and that whoever waits reads.</summary>
public sealed class EventFile : VfioFile
{
    /// <inheritdoc/>
    public override string Name => "eventfd";

    /// <summary>How often it was signalled since it was last taken.</summary>
    public ulong Count { get; private set; }

    /// <summary>Called at each signal.</summary>
    public Action? Signalled { get; set; }

    /// <summary>Adds one.</summary>
    public void Signal()
    {
        Count++;
        Signalled?.Invoke();
    }

    /// <summary>The count, which becomes 0.</summary>
    public ulong Take()
    {
        ulong count = Count;
        Count = 0;
        return count;
    }

    /// <inheritdoc/>
    internal override Task<int> Read(ulong offset, Memory<byte> into)
    {
        const int Bytes = 8;
        if (into.Length < Bytes)
            throw new ErrnoException(Errno.EINVAL, $"An eventfd is read by {Bytes} bytes, not {into.Length}.");
        if (Count == 0)
            throw new ErrnoException(Errno.EAGAIN, "The eventfd was not signalled.");
        LittleEndian.Set(into[..Bytes], Take());
        return Task.FromResult(Bytes);
    }
}
