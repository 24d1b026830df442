using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>How the papers of <see cref="Cargo"/> cross.</summary>
internal sealed class PapersCodec() : RecordCodec(7, typeof(Cargo.Papers))
{
    public override void Write(object record, WireBuffer to)
    {
        var papers = (Cargo.Papers)record;
        to.WriteUInt64(papers.Stamp);
        to.WriteText(papers.Owner);
    }

    public override object Read(ref WireReader from) => new Cargo.Papers(from.ReadUInt64(), from.ReadText());
}
