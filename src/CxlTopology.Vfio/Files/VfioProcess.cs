using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>A process that uses VFIO: its file descriptors, and the calls that it makes with them.</summary>
/// <remarks>
/// Calls fail with <see cref="ErrnoException"/>, the number as the kernel would give it, the sentence of ours. A process has at most 1,024 files open. When it ends, by itself or killed, <see cref="Exit"/> takes back all it has.
/// </remarks>
public sealed class VfioProcess
{
    /// <summary>Files open at once: the usual limit.</summary>
    public const int FilesMax = 1024;

    private const ulong HugePage = 1UL << 30;
    private const int FirstFree = 3; // standard input, output and error are below
    private readonly VfioHost host;
    private readonly SortedDictionary<int, VfioFile> files = [];
    private readonly List<VfioMapping> mappings = [];
    private readonly List<ProcessMemory> memories = [];
    private int calls; // under way
    private TaskCompletionSource? drained;
    private Task? exit;
    private ulong nextAddress = 0x7F00_0000_0000;

    internal VfioProcess(VfioHost host, string name)
    {
        this.host = host;
        Name = name;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited { get; private set; }

    /// <summary>Opens a path.</summary>
    /// <param name="path"><c>/dev/vfio/vfio</c>, <c>/dev/vfio/N</c>, <c>/dev/vfio/devices/vfioN</c> or <c>/dev/iommu</c>.</param>
    /// <exception cref="ErrnoException">ENOENT: there is none. EBUSY: somebody has it open. EMFILE: 1,024 files are open.</exception>
    public int Open(string path)
    {
        CheckAlive();
        CheckRoom();
        return Add(host.Open(path));
    }

    /// <summary>Makes an eventfd.</summary>
    public int OpenEvent()
    {
        CheckAlive();
        CheckRoom();
        return Add(new EventFile());
    }

    /// <summary>A request. See <see cref="VfioRequest"/>.</summary>
    /// <param name="descriptor">The file.</param>
    /// <param name="request">The request.</param>
    /// <param name="argument">Its structure, filled in in place; empty if it has none.</param>
    public Task<int> Ioctl(int descriptor, uint request, Memory<byte> argument = default)
    {
        VfioFile file = Get(descriptor);
        return Call(file, () => file.Ioctl(this, request, argument));
    }

    /// <summary>Reads at an offset; how many bytes were read.</summary>
    public Task<int> Read(int descriptor, ulong offset, Memory<byte> into)
    {
        VfioFile file = Get(descriptor);
        return Call(file, () => file.Read(offset, into));
    }

    /// <summary>Writes at an offset; how many bytes were written.</summary>
    public Task<int> Write(int descriptor, ulong offset, ReadOnlyMemory<byte> data)
    {
        VfioFile file = Get(descriptor);
        return Call(file, () => file.Write(offset, data));
    }

    /// <summary>Maps a range of a device's region.</summary>
    /// <exception cref="ErrnoException">EINVAL, EPERM, EOVERFLOW or ENODEV: the region says which.</exception>
    public VfioMapping Map(int descriptor, ulong offset, ulong length, MappingAccess access = MappingAccess.ReadWrite)
    {
        VfioMapping mapping = Get(descriptor).Map(offset, length, access);
        mappings.Add(mapping);
        return mapping;
    }

    /// <summary>Takes a mapping back.</summary>
    public void Unmap(VfioMapping mapping)
    {
        if (mappings.Remove(mapping))
            mapping.Unmap();
    }

    /// <summary>Gets memory of the host, all zeros, with an address of its own in the process, that devices can be given access to.</summary>
    /// <exception cref="ErrnoException">ENOMEM: the host has not so much left in one piece.</exception>
    public async Task<ProcessMemory> Allocate(ByteSize size)
    {
        CheckAlive();
        ulong at = host.Memory.Allocate(size.Bytes);
        var memory = new ProcessMemory(nextAddress, size.Bytes, at);
        nextAddress += (size.Bytes + HugePage - 1) / HugePage * HugePage + HugePage;
        memories.Add(memory);
        await Call(async () =>
        {
            await host.Memory.Clear(host.Hardware.Memory, at, size.Bytes);
            return 0;
        });
        return memory;
    }

    /// <summary>The address in the host's memory behind one of the process, for a whole range; null if any of it is not the process's.</summary>
    public ulong? HostAddressOf(ulong address, ulong length)
    {
        foreach (ProcessMemory memory in memories)
        {
            if (address >= memory.Address && length <= memory.Length && address - memory.Address <= memory.Length - length)
                return memory.HostAddress + (address - memory.Address);
        }

        return null;
    }

    /// <summary>Closes a file. Its number is free at once; what it holds is let go when the last call that uses it has ended.</summary>
    /// <exception cref="ErrnoException">EBADF: no file has this number.</exception>
    public Task Close(int descriptor)
    {
        VfioFile file = Get(descriptor);
        files.Remove(descriptor);
        return Call(async () =>
        {
            await file.Close();
            return 0;
        });
    }

    /// <summary>Ends the process: mappings first, then files, the last opened first, then memory. A call that is under way is waited for, as a kernel does. Asked again it waits for the same end.</summary>
    public Task Exit() => exit ??= End();

    /// <summary>The file behind a descriptor, if it is of a kind.</summary>
    internal T? Find<T>(int descriptor)
        where T : VfioFile => files.GetValueOrDefault(descriptor) as T;

    /// <summary>Whether a file of this number is open.</summary>
    internal bool Has(int descriptor) => files.ContainsKey(descriptor);

    internal void CheckRoom()
    {
        if (files.Count >= FilesMax)
            throw new ErrnoException(Errno.EMFILE, $"{Name} has {FilesMax:N0} files open already.");
    }

    internal int Add(VfioFile file)
    {
        int descriptor = FirstFree;
        while (files.ContainsKey(descriptor))
            descriptor++;
        files.Add(descriptor, file);
        return descriptor;
    }

    private async Task End()
    {
        HasExited = true;
        if (calls > 0)
            await (drained = new TaskCompletionSource()).Task;
        foreach (VfioMapping mapping in mappings)
            mapping.Unmap();
        mappings.Clear();
        foreach (VfioFile file in files.Values.Reverse().ToArray())
            await file.Close();
        files.Clear();
        foreach (ProcessMemory memory in memories)
            host.Memory.Free(memory.HostAddress, memory.Length);
        memories.Clear();
        host.Forget(this);
    }

    private Task<int> Call(VfioFile file, Func<Task<int>> call) => Call(async () =>
    {
        file.BeginCall();
        try
        {
            return await call();
        }
        finally
        {
            file.EndCall();
        }
    });

    private async Task<int> Call(Func<Task<int>> call)
    {
        calls++;
        try
        {
            return await call();
        }
        finally
        {
            if (--calls == 0)
                drained?.TrySetResult();
        }
    }

    private VfioFile Get(int descriptor)
    {
        CheckAlive();
        return files.GetValueOrDefault(descriptor) ?? throw new ErrnoException(Errno.EBADF, $"{Name} has no file {descriptor} open.");
    }

    private void CheckAlive()
    {
        if (HasExited)
            throw new ErrnoException(Errno.EBADF, $"{Name} has ended.");
    }
}
