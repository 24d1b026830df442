using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>A file that a process has open: what a file descriptor stands for.</summary>
public abstract class VfioFile
{
    private int calls; // under way
    private TaskCompletionSource? unused;

    /// <summary>What it is, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it was closed. Nothing can be done with it any more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>A request. The default knows none.</summary>
    /// <param name="caller">Whose file descriptors its arguments name.</param>
    /// <param name="request">Its number.</param>
    /// <param name="argument">The structure that it takes and fills in; what is an integer in the interface is its 4 bytes.</param>
    /// <returns>What the request returns: 0, a file descriptor, a count.</returns>
    /// <exception cref="ErrnoException">It failed. ENOTTY: this file has no such request.</exception>
    internal virtual Task<int> Ioctl(VfioProcess caller, uint request, Memory<byte> argument) => throw NoSuchRequest(request);

    /// <summary>Reads at an offset.</summary>
    /// <returns>Bytes read.</returns>
    internal virtual Task<int> Read(ulong offset, Memory<byte> into) => throw new ErrnoException(Errno.EINVAL, $"{Name} cannot be read.");

    /// <summary>Writes at an offset.</summary>
    /// <returns>Bytes written.</returns>
    internal virtual Task<int> Write(ulong offset, ReadOnlyMemory<byte> data) => throw new ErrnoException(Errno.EINVAL, $"{Name} cannot be written.");

    /// <summary>Maps a range.</summary>
    internal virtual VfioMapping Map(ulong offset, ulong length, MappingAccess access) => throw new ErrnoException(Errno.ENODEV, $"{Name} cannot be mapped.");

    /// <summary>A call begins that uses the file.</summary>
    internal void BeginCall() => calls++;

    /// <summary>It has ended.</summary>
    internal void EndCall()
    {
        if (--calls == 0)
            unused?.TrySetResult();
    }

    /// <summary>Lets go of everything that the file holds, once no call uses it.</summary>
    internal async Task Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        if (calls > 0)
            await (unused = new TaskCompletionSource()).Task;
        await OnClose();
    }

    /// <summary>Lets go of everything that the file holds; called once.</summary>
    private protected virtual Task OnClose() => Task.CompletedTask;

    private protected ErrnoException NoSuchRequest(uint request) => new(Errno.ENOTTY, $"{Name} has no request 0x{request:x}.");

    /// <summary>Refuses a structure that is too short, by its own word or by the bytes there are.</summary>
    /// <returns>What its first word, argsz, says.</returns>
    private protected static uint CheckSize(ReadOnlySpan<byte> argument, int least, string structure)
    {
        uint argsz = argument.Length >= 4 ? LittleEndian.U32(argument, 0) : 0;
        return argsz >= least && argument.Length >= least
            ? argsz
            : throw new ErrnoException(Errno.EINVAL, $"argsz of {structure} is {argsz}: {least} or more would do.");
    }
}
