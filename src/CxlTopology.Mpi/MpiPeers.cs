using System.Buffers.Binary;
using CxlTopology.Simulation;

namespace CxlTopology.Mpi;

/// <summary>The ranks of an MPI run: each is one process with one partition.</summary>
/// <remarks>
/// A batch goes as a first message with its length and its first 64 KiB, and the rest in parts of at most 1 MiB. All is non-blocking and
/// point to point; a small batch is one message each way. Used by the thread that made it.
/// </remarks>
public sealed class MpiPeers : IPeers, IDisposable
{
    private const int FirstBytes = 64 << 10;
    private const int PartBytes = 1 << 20;
    private const int LengthBytes = 4;
    private const int FirstTag = 1;
    private const int PartTag = 2;
    private readonly MpiLibrary mpi;
    private readonly byte[][] firstOut;
    private readonly byte[][] firstIn;
    private readonly int spinsMax;
    private readonly List<nint> requests = [];
    private nint[] waiting = [];
    private Func<bool>? givenUp;
    private bool parted;

    private MpiPeers(MpiLibrary mpi)
    {
        this.mpi = mpi;
        Self = mpi.Rank();
        Count = mpi.Size();
        firstOut = Stages();
        firstIn = Stages();
        // Asking for about 50 us costs less than giving the core up, unless a rank with work waits for it.
        spinsMax = Count <= Environment.ProcessorCount ? 500 : 0;
    }

    /// <inheritdoc/>
    public int Self { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Joins the other ranks that <c>mpirun</c> started; once a process.</summary>
    /// <exception cref="MpiException">Open MPI is not installed, or does not work.</exception>
    public static MpiPeers Join()
    {
        MpiLibrary mpi = MpiLibrary.Load();
        mpi.Initialize();
        return new MpiPeers(mpi);
    }

    /// <summary>Asked now and then while waiting for another rank; true ends the wait with a <see cref="PeerLostException"/>.</summary>
    public void GiveUpWhen(Func<bool> condition) => givenUp = condition;

    /// <inheritdoc/>
    public void Exchange(WireBuffer[] outgoing, WireBuffer[] incoming)
    {
        requests.Clear();
        for (int peer = 0; peer < Count; peer++)
        {
            if (peer == Self)
                continue;
            requests.Add(mpi.Receive(firstIn[peer], peer, FirstTag));
            ReadOnlySpan<byte> batch = outgoing[peer].Written;
            ReadOnlySpan<byte> head = batch[..Math.Min(batch.Length, FirstBytes - LengthBytes)];
            BinaryPrimitives.WriteInt32LittleEndian(firstOut[peer], batch.Length);
            head.CopyTo(firstOut[peer].AsSpan(LengthBytes));
            requests.Add(mpi.Send(firstOut[peer].AsSpan(0, LengthBytes + head.Length), peer, FirstTag));
        }

        Wait();
        for (int peer = 0; peer < Count; peer++)
        {
            if (peer == Self)
                continue;
            int length = BinaryPrimitives.ReadInt32LittleEndian(firstIn[peer]);
            if (length is < 0 or > WireBuffer.BytesMax)
                throw new WireException($"Rank {peer} announces a batch of {length} bytes; {WireBuffer.BytesMax} are possible.");
            Span<byte> batch = incoming[peer].Refill(length);
            int head = Math.Min(length, FirstBytes - LengthBytes);
            firstIn[peer].AsSpan(LengthBytes, head).CopyTo(batch);
            for (int at = head; at < length; at += PartBytes)
                requests.Add(mpi.Receive(batch[at..Math.Min(length, at + PartBytes)], peer, PartTag));
            ReadOnlySpan<byte> sent = outgoing[peer].Written;
            for (int at = FirstBytes - LengthBytes; at < sent.Length; at += PartBytes)
                requests.Add(mpi.Send(sent[at..Math.Min(sent.Length, at + PartBytes)], peer, PartTag));
        }

        Wait();
    }

    /// <summary>Ends all ranks at once, with an exit code: something went wrong here that the others cannot be told otherwise.</summary>
    public void Abort(int code)
    {
        parted = true;
        mpi.Abort(code);
    }

    /// <summary>Parts from the other ranks, and waits until all do; not after one was lost.</summary>
    public void Dispose()
    {
        if (parted)
            return;
        parted = true;
        mpi.Finish();
    }

    private void Wait()
    {
        if (requests.Count == 0)
            return;
        if (waiting.Length < requests.Count)
            waiting = GC.AllocateUninitializedArray<nint>(requests.Count, pinned: true);
        Span<nint> open = waiting.AsSpan(0, requests.Count);
        requests.CopyTo(open);
        requests.Clear();
        for (long spins = 0; !mpi.Done(open); spins++)
        {
            if (spins < spinsMax)
                continue;
            Thread.Yield();
            if (spins % 1024 == 0 && givenUp?.Invoke() == true)
                throw Lost();
        }
    }

    private PeerLostException Lost()
    {
        parted = true;
        return new PeerLostException(-1, $"Rank {Self} waited for the others in vain: at least one of the {Count} ranks is gone, or does not answer.");
    }

    private byte[][] Stages() =>
        [.. Enumerable.Range(0, Count).Select(peer => peer == Self ? [] : GC.AllocateUninitializedArray<byte>(FirstBytes, pinned: true))];
}
