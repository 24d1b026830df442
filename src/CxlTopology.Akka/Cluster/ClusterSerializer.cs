using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>The form in which <see cref="ClusterMessage"/>s cross: a version, then the fields; bounded, and nothing else is taken.</summary>
internal sealed class ClusterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The version of the form. Another one is refused.</summary>
    public const byte Version = 1;

    /// <summary>The serializer's number on the wire.</summary>
    public const int Number = 4710;

    private const string HelloManifest = "h";
    private const string AnswerManifest = "a";
    private const string ClaimManifest = "c";
    private const string RefusedManifest = "n";
    private const string FrameManifest = "f";
    private const int TextBytesMax = 4096;
    private const int HandshakeBytesMax = 16 << 10;

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <inheritdoc/>
    public override string Manifest(object o) => ManifestOf(o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => Encode(obj);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Decode(bytes, manifest);
        }
        catch (WireException refused)
        {
            throw new SerializationException(refused.Message, refused); // Akka logs it, and the connection lives on
        }
    }

    /// <summary>What a message is called on the wire.</summary>
    public static string ManifestOf(object message) => message switch
    {
        ClusterMessage.Frame => FrameManifest,
        ClusterMessage.Hello => HelloManifest,
        ClusterMessage.Answer => AnswerManifest,
        ClusterMessage.Claim => ClaimManifest,
        ClusterMessage.Refused => RefusedManifest,
        _ => throw new SerializationException($"A {message?.GetType().Name ?? "null"} is no message between nodes."),
    };

    /// <summary>The bytes of a message.</summary>
    public static byte[] Encode(object message)
    {
        if (message is ClusterMessage.Frame frame)
            return frame.Bytes;
        var to = new WireBuffer();
        to.WriteByte(Version);
        switch (message)
        {
            case ClusterMessage.Hello hello:
                WriteText(to, hello.Build);
                WriteBytes(to, hello.Nonce);
                break;
            case ClusterMessage.Answer answer:
                WriteBytes(to, answer.Asked);
                WriteBytes(to, answer.Nonce);
                WriteText(to, answer.Build);
                WriteText(to, answer.Busy);
                WriteBytes(to, answer.Proof);
                break;
            case ClusterMessage.Claim claim:
                WriteBytes(to, claim.Asked);
                to.WriteUInt64(claim.Run);
                to.WriteByte(checked((byte)claim.Number));
                WriteBytes(to, claim.Proof);
                break;
            case ClusterMessage.Refused refused:
                WriteBytes(to, refused.Asked);
                WriteText(to, refused.Why);
                break;
            default:
                throw new SerializationException($"A {message?.GetType().Name ?? "null"} is no message between nodes.");
        }

        return to.Written.ToArray();
    }

    /// <summary>The message of some bytes.</summary>
    /// <exception cref="WireException">They are none.</exception>
    public static ClusterMessage Decode(byte[] bytes, string manifest)
    {
        if (manifest == FrameManifest)
            return new ClusterMessage.Frame(bytes);
        if (bytes.Length > HandshakeBytesMax)
            throw new WireException($"A message of the handshake has {bytes.Length} bytes; {HandshakeBytesMax} are possible.");
        var from = new WireReader(bytes);
        byte version = from.ReadByte();
        if (version != Version)
            throw new WireException($"A message of the handshake is of version {version}; this build reads version {Version}.");
        ClusterMessage message = manifest switch
        {
            HelloManifest => new ClusterMessage.Hello(ReadText(ref from), ReadNonce(ref from)),
            AnswerManifest => new ClusterMessage.Answer(ReadNonce(ref from), ReadNonce(ref from), ReadText(ref from), ReadText(ref from), ReadProof(ref from)),
            ClaimManifest => new ClusterMessage.Claim(ReadNonce(ref from), from.ReadUInt64(), from.ReadByte(), ReadProof(ref from)),
            RefusedManifest => new ClusterMessage.Refused(ReadNonce(ref from), ReadText(ref from)),
            _ => throw new WireException("A message of the handshake is of a kind that this build does not know."),
        };
        from.End();
        return message;
    }

    private static void WriteBytes(WireBuffer to, byte[] bytes)
    {
        to.WriteByte(checked((byte)bytes.Length));
        to.WriteBytes(bytes);
    }

    private static void WriteText(WireBuffer to, string text) => to.WriteText(text.Length <= TextBytesMax / 4 ? text : text[..(TextBytesMax / 4)]);

    private static byte[] ReadNonce(ref WireReader from) => ReadBytes(ref from, ClusterMessage.NonceBytes);

    private static byte[] ReadProof(ref WireReader from) => ReadBytes(ref from, 0, Handshake.ProofBytes);

    private static byte[] ReadBytes(ref WireReader from, params ReadOnlySpan<int> lengths)
    {
        int length = from.ReadByte();
        return lengths.Contains(length) ? from.ReadBytes(length).ToArray() : throw new WireException($"A message of the handshake has a part of {length} bytes.");
    }

    private static string ReadText(ref WireReader from) => System.Text.Encoding.UTF8.GetString(from.ReadBytes(from.ReadCount(TextBytesMax)));
}
