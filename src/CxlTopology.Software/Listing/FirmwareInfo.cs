using System.Text;

namespace CxlTopology.Software;

/// <summary>The answer of Get FW Info, 80 bytes.</summary>
/// <param name="Slots">Slots for firmware, 1 to 4.</param>
/// <param name="ActiveSlot">The one that runs, from 1.</param>
/// <param name="StagedSlot">The one that the next reset starts; 0 if none is staged.</param>
/// <param name="OnlineActivation">Whether firmware can be activated without a reset.</param>
/// <param name="Revisions">What is in slots 1 to 4; empty where nothing is.</param>
public sealed record FirmwareInfo(int Slots, int ActiveSlot, int StagedSlot, bool OnlineActivation, IReadOnlyList<string> Revisions)
{
    /// <summary>Bytes of the answer.</summary>
    public const int Length = 0x50;

    private const int SlotsMax = 4;
    private const int FirstRevision = 0x10;
    private const int RevisionLength = 16;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="ArgumentException">It is shorter than 80 bytes.</exception>
    public static FirmwareInfo Read(ReadOnlySpan<byte> answer)
    {
        if (answer.Length < Length)
            throw new ArgumentException($"Get FW Info answers with {Length} bytes, not {answer.Length}.", nameof(answer));
        string[] revisions = new string[SlotsMax];
        for (int slot = 0; slot < SlotsMax; slot++)
        {
            ReadOnlySpan<byte> text = answer.Slice(FirstRevision + (slot * RevisionLength), RevisionLength);
            int end = text.IndexOf((byte)0);
            revisions[slot] = Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
        }

        return new FirmwareInfo(answer[0], answer[1] & 7, answer[1] >> 3 & 7, (answer[2] & 1) != 0, revisions);
    }
}
