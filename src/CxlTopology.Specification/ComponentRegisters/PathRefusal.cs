namespace CxlTopology.Specification;

/// <summary>Why a BI or cache ID decoder, or a route table of theirs, was not committed. The register says only that it was not.</summary>
public enum PathRefusal : byte
{
    /// <summary>It was committed, or nobody has asked.</summary>
    None,

    /// <summary>A decoder is to forward, and to be for a device right below as well: a port leads to the one or the other.</summary>
    ForwardsAndAssigns,

    /// <summary>A port whose BI decoder is in force has no bus below it yet (Secondary Bus Number 0).</summary>
    NoBus,

    /// <summary>Two ports whose BI decoders are in force have a bus in common.</summary>
    BusesOverlap,

    /// <summary>The HDM-D device below a port that assigns an id has another one.</summary>
    HdmDOfAnother,

    /// <summary>An entry of the route table names a port that the component does not have.</summary>
    TargetMissing,

    /// <summary>More ports lead to HDM-D devices than the route table takes.</summary>
    TooManyHdmD,
}
