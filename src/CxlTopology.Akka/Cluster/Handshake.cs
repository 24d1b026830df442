using System.Security.Cryptography;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>How two nodes make sure of each other: each proves on the other's number that it knows the secret, and never says it.</summary>
/// <remarks>A proof is HMAC-SHA-256 over who proves, both numbers, both addresses and the run, so that none serves for anything else.</remarks>
internal static class Handshake
{
    /// <summary>Bytes of a proof.</summary>
    public const int ProofBytes = HMACSHA256.HashSizeInBytes;

    /// <summary>A number that is used once.</summary>
    public static byte[] Nonce() => RandomNumberGenerator.GetBytes(ClusterMessage.NonceBytes);

    /// <summary>A node's proof; empty without a secret.</summary>
    public static byte[] OfNode(SharedSecret? secret, byte[] coordinatorNonce, byte[] nodeNonce, NodeAddress coordinator, NodeAddress node) =>
        Prove(secret, "node", coordinatorNonce, nodeNonce, coordinator, node, 0, 0);

    /// <summary>A coordinator's proof; empty without a secret.</summary>
    public static byte[] OfCoordinator(
        SharedSecret? secret, byte[] coordinatorNonce, byte[] nodeNonce, NodeAddress coordinator, NodeAddress node, ulong run, int number) =>
        Prove(secret, "coordinator", coordinatorNonce, nodeNonce, coordinator, node, run, number);

    /// <summary>Whether a proof is the expected one; says nothing by the time it takes.</summary>
    public static bool Same(byte[] proof, byte[] expected) => CryptographicOperations.FixedTimeEquals(proof, expected);

    private static byte[] Prove(
        SharedSecret? secret, string who, byte[] coordinatorNonce, byte[] nodeNonce, NodeAddress coordinator, NodeAddress node, ulong run, int number)
    {
        if (secret is null)
            return [];
        var over = new WireBuffer();
        over.WriteText("cxltopo handshake, version 1");
        over.WriteText(who);
        over.WriteBytes(coordinatorNonce);
        over.WriteBytes(nodeNonce);
        over.WriteText(coordinator.ToString());
        over.WriteText(node.ToString());
        over.WriteUInt64(run);
        over.WriteInt32(number);
        return secret.Prove(over.Written);
    }
}
