using System.Security.Cryptography;

namespace CxlTopology.Akka;

/// <summary>What all nodes of a cluster know and nobody else. It leaves this object only as a key of proofs: no log and no message holds it.</summary>
public sealed class SharedSecret
{
    /// <summary>The shortest: 16 bytes.</summary>
    public const int BytesMin = 16;

    /// <summary>The longest: 4,096 bytes.</summary>
    public const int BytesMax = 4096;

    private readonly byte[] bytes;

    /// <param name="bytes">16 to 4,096 bytes, best random ones.</param>
    /// <exception cref="ClusterException">There are fewer, or more.</exception>
    public SharedSecret(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < BytesMin or > BytesMax)
            throw new ClusterException($"The shared secret has {bytes.Length} bytes; {BytesMin} to {BytesMax} are possible.", isUsage: true);
        this.bytes = bytes.ToArray();
    }

    /// <summary>Says that it is one, and nothing of it.</summary>
    public override string ToString() => "(secret)";

    internal byte[] Prove(ReadOnlySpan<byte> over) => HMACSHA256.HashData(bytes, over);
}
