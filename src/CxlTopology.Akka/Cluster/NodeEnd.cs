using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>What another node's share of a run came to.</summary>
/// <param name="Number">The node's number in the run.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Result">What it said; null if it was not heard of again.</param>
public sealed record NodeEnd(int Number, NodeAddress Address, ShareResult? Result)
{
    private const int TextMax = 1000;

    internal static WireBuffer Write(int code, string text)
    {
        var to = new WireBuffer();
        to.WriteInt32(code);
        to.WriteText(text.Length <= TextMax ? text : text[..TextMax]);
        return to;
    }

    internal static ShareResult Read(ReadOnlySpan<byte> body)
    {
        var from = new WireReader(body);
        var result = new ShareResult(from.ReadInt32(), from.ReadText());
        from.End();
        return result;
    }
}
