using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>
/// The object that stands for a message of the kernel where Akka wants an object: one for each slot of the kernel's messages, used again
/// and again, so that nothing is allocated for a message.
/// </summary>
/// <remarks>
/// Good from the tell to the end of the handler, and for the dispatcher of its own simulation alone. Kept and told again it is unhandled.
/// </remarks>
internal sealed class SlotEnvelope(int slot) : INoSerializationVerificationNeeded
{
    /// <summary>The slot of the message.</summary>
    public int Slot { get; } = slot;

    /// <summary>Whether the kernel is telling it right now.</summary>
    public bool Told { get; set; }

    /// <summary>Whether the kernel is having it handled right now.</summary>
    public bool Due { get; set; }
}
