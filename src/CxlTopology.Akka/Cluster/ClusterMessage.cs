using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What nodes say to each other. Everything after the handshake is a <see cref="Frame"/>.</summary>
internal abstract class ClusterMessage
{
    /// <summary>Bytes of a number that is used once.</summary>
    public const int NonceBytes = 32;

    /// <summary>A coordinator asks a node who it is.</summary>
    /// <param name="build">The coordinator's build.</param>
    /// <param name="nonce">To be proved on.</param>
    public sealed class Hello(string build, byte[] nonce) : ClusterMessage
    {
        public string Build { get; } = build;

        public byte[] Nonce { get; } = nonce;
    }

    /// <summary>A node answers.</summary>
    /// <param name="asked">The coordinator's nonce.</param>
    /// <param name="nonce">The node's own, for the coordinator's proof.</param>
    /// <param name="build">The node's build.</param>
    /// <param name="busy">Why it takes no run now; empty if it takes one.</param>
    /// <param name="proof">That it knows the secret; empty without one.</param>
    public sealed class Answer(byte[] asked, byte[] nonce, string build, string busy, byte[] proof) : ClusterMessage
    {
        public byte[] Asked { get; } = asked;

        public byte[] Nonce { get; } = nonce;

        public string Build { get; } = build;

        public string Busy { get; } = busy;

        public byte[] Proof { get; } = proof;
    }

    /// <summary>A coordinator takes a node for a run.</summary>
    /// <param name="asked">The node's nonce.</param>
    /// <param name="run">The run's number.</param>
    /// <param name="number">The node's number in it, from 1.</param>
    /// <param name="proof">That the coordinator knows the secret; empty without one.</param>
    public sealed class Claim(byte[] asked, ulong run, int number, byte[] proof) : ClusterMessage
    {
        public byte[] Asked { get; } = asked;

        public ulong Run { get; } = run;

        public int Number { get; } = number;

        public byte[] Proof { get; } = proof;
    }

    /// <summary>A node does not take part.</summary>
    /// <param name="asked">The nonce of the <see cref="Hello"/> or the <see cref="Claim"/>.</param>
    /// <param name="why">For people.</param>
    public sealed class Refused(byte[] asked, string why) : ClusterMessage
    {
        public byte[] Asked { get; } = asked;

        public string Why { get; } = why;
    }

    /// <summary>Something of one run, sealed when there is a secret.</summary>
    /// <remarks>Bytes: version, run (8), sender, receiver, kind, the body, the seal (0 or 16). What is inside is <see cref="RunKey"/>'s to say.</remarks>
    public sealed class Frame : ClusterMessage
    {
        /// <summary>Bytes before the body.</summary>
        public const int HeadBytes = 12;

        /// <summary>The longest: a part of a batch or a job, and what surrounds it.</summary>
        public const int BytesMax = (512 << 10) + 256;

        public Frame(byte[] bytes)
        {
            if (bytes.Length is < HeadBytes or > BytesMax)
                throw new WireException($"A frame has {bytes.Length} bytes; {HeadBytes} to {BytesMax} are possible.");
            if (bytes[0] != ClusterSerializer.Version)
                throw new WireException($"A frame is of version {bytes[0]}; this build reads version {ClusterSerializer.Version}.");
            if (bytes[11] is 0 or > (byte)FrameKind.Bye)
                throw new WireException($"A frame is of kind {bytes[11]}; 1 to {(byte)FrameKind.Bye} are possible.");
            Bytes = bytes;
        }

        public byte[] Bytes { get; }

        public ulong Run => BitConverter.ToUInt64(Bytes, 1);

        public int From => Bytes[9];

        public int To => Bytes[10];

        public FrameKind Kind => (FrameKind)Bytes[11];
    }
}
