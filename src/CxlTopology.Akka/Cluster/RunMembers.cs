using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>The nodes of a run, as they are told who takes part.</summary>
internal static class RunMembers
{
    /// <summary>The most nodes of a run: 64.</summary>
    public const int CountMax = 64;

    /// <summary>The bytes of a list; the coordinator is the first.</summary>
    public static WireBuffer Write(IReadOnlyList<NodeAddress> members)
    {
        var to = new WireBuffer();
        to.WriteByte((byte)members.Count);
        foreach (NodeAddress member in members)
            to.WriteText(member.ToString());
        return to;
    }

    /// <summary>The list of some bytes.</summary>
    /// <exception cref="WireException">They are none.</exception>
    public static NodeAddress[] Read(ReadOnlySpan<byte> body)
    {
        var from = new WireReader(body);
        int count = from.ReadByte();
        if (count is < 2 or > CountMax)
            throw new WireException($"a run has {count} nodes");
        var members = new NodeAddress[count];
        for (int i = 0; i < count; i++)
        {
            string text = from.ReadText();
            if (!NodeAddress.TryParse(text, out members[i]))
                throw new WireException("a node of a run has no address");
        }

        from.End();
        return members;
    }
}
