using System.Buffers.Binary;
using System.Security.Cryptography;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>Makes the frames of one run, and tells the true ones.</summary>
/// <remarks>
/// With a secret every frame ends in 16 bytes of HMAC-SHA-256 over the rest, under a key made of the secret and the run's number: run, sender, receiver and kind cannot be changed.
/// That a frame does not come twice is seen by the numbers inside. Used by several threads.
/// </remarks>
internal sealed class RunKey
{
    private const int SealBytes = 16;
    private readonly byte[]? key;

    public RunKey(ulong run, SharedSecret? secret)
    {
        Run = run;
        if (secret is null)
            return;
        var over = new WireBuffer();
        over.WriteText("cxltopo run, version 1");
        over.WriteUInt64(run);
        key = secret.Prove(over.Written);
    }

    /// <summary>The run's number.</summary>
    public ulong Run { get; }

    /// <summary>Makes a frame.</summary>
    public ClusterMessage.Frame Seal(FrameKind kind, int from, int to, ReadOnlySpan<byte> body) => Seal(kind, from, to, body, []);

    /// <summary>Makes a frame of a body in two parts.</summary>
    public ClusterMessage.Frame Seal(FrameKind kind, int from, int to, ReadOnlySpan<byte> body, ReadOnlySpan<byte> rest)
    {
        int end = ClusterMessage.Frame.HeadBytes + body.Length + rest.Length;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(end + (key is null ? 0 : SealBytes));
        bytes[0] = ClusterSerializer.Version;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), Run);
        bytes[9] = checked((byte)from);
        bytes[10] = checked((byte)to);
        bytes[11] = (byte)kind;
        body.CopyTo(bytes.AsSpan(ClusterMessage.Frame.HeadBytes));
        rest.CopyTo(bytes.AsSpan(ClusterMessage.Frame.HeadBytes + body.Length));
        if (key is not null)
        {
            Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(key, bytes.AsSpan(0, end), seal);
            seal[..SealBytes].CopyTo(bytes.AsSpan(end));
        }

        return new ClusterMessage.Frame(bytes);
    }

    /// <summary>Whether a frame is of this run, from one to another, and true; if so, its body.</summary>
    public bool Open(ClusterMessage.Frame frame, int from, int to, out ReadOnlyMemory<byte> body)
    {
        body = default;
        if (frame.Run != Run || frame.From != from || frame.To != to)
            return false;
        int end = frame.Bytes.Length - (key is null ? 0 : SealBytes);
        if (end < ClusterMessage.Frame.HeadBytes)
            return false;
        if (key is not null)
        {
            Span<byte> seal = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(key, frame.Bytes.AsSpan(0, end), seal);
            if (!CryptographicOperations.FixedTimeEquals(seal[..SealBytes], frame.Bytes.AsSpan(end)))
                return false;
        }

        body = frame.Bytes.AsMemory(ClusterMessage.Frame.HeadBytes..end);
        return true;
    }
}
