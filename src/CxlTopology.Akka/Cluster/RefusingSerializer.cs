using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;

namespace CxlTopology.Akka;

/// <summary>Stands where Akka has serializers that make objects of many types out of bytes: it makes none, either way.</summary>
/// <param name="system">Akka's.</param>
/// <param name="identifier">The number of the serializer that it replaces.</param>
internal sealed class RefusingSerializer(ExtendedActorSystem system, int identifier) : Serializer(system)
{
    /// <summary>
    /// Akka's numbers for JSON (1), any message of Protocol Buffers (2), the creation of actors from afar (3), bare bytes (4), routers, exceptions and
    /// configuration (16), numbers and text (17), the life of actors (22), reliable delivery (36).
    /// </summary>
    public static IReadOnlyList<int> Replaced { get; } = [1, 2, 3, 4, 16, 17, 22, 36];

    /// <inheritdoc/>
    public override int Identifier { get; } = identifier;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"A {obj?.GetType().Name ?? "null"} does not cross to another node.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException($"Bytes for serializer {Identifier} are not taken from another node.");
}
