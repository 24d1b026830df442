using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Reads a link.</summary>
internal static class LinkReader
{
    /// <summary>Reads what a link says over what is the default.</summary>
    public static LinkModel Read(YamlNode? node, LinkModel defaults, ErrorSink errors)
    {
        if (node is null)
            return defaults;
        SectionReader section = SectionReader.Open(node, LinkKeys.Table, errors);
        bool flitHere = section.Has(LinkKeys.Flit);
        int rate = section.Get(LinkKeys.Rate, defaults.RateGigatransfers);
        int byRate = rate > 32 ? 256 : 68;
        int flit = section.Get(LinkKeys.Flit, defaults.FlitStated || !section.Has(LinkKeys.Rate) ? defaults.FlitBytes : byRate);
        if (rate > 32 && flit == 68)
        {
            section.Problem(DescriptionErrorCode.RateNeedsLargeFlits,
                flitHere ? section.PositionOf(LinkKeys.Flit) : section.PositionOf(LinkKeys.Rate),
                "a link at 64GT/s cannot carry 68-byte flits", "Use flit: 256B, or 32GT/s at most.");
            flit = 256;
        }

        LinkModel link = new()
        {
            RateGigatransfers = rate,
            Width = section.Get(LinkKeys.Width, defaults.Width),
            FlitBytes = flit,
            FlitStated = flitHere || defaults.FlitStated,
            PortLatency = section.Get(LinkKeys.PortLatency, defaults.PortLatency),
            Wire = section.Get(LinkKeys.Wire, defaults.Wire),
            Credits = ReadCredits(section, defaults.Credits),
            Retimers = section.Get(LinkKeys.Retimers, defaults.Retimers),
            Training = section.Get(LinkKeys.Training, defaults.Training),
            Position = section.Position,
        };
        if (link.PortLatency + link.Wire < SimDuration.FromNanoseconds(1))
        {
            section.Problem(DescriptionErrorCode.LatencyTooShort,
                section.Has(LinkKeys.Wire) ? section.PositionOf(LinkKeys.Wire) : section.PositionOf(LinkKeys.PortLatency),
                $"port and wire take {link.PortLatency + link.Wire} together", "From one component to the next takes at least 1ns.");
        }

        return link;
    }

    private static CreditsModel ReadCredits(SectionReader link, CreditsModel defaults)
    {
        if (link.Find(LinkKeys.Credits) is not YamlNode node)
            return defaults;
        SectionReader section = SectionReader.Open(node, LinkKeys.CreditsTable, link.Errors);
        return new CreditsModel
        {
            Req = section.Get(LinkKeys.Req, defaults.Req),
            Rwd = section.Get(LinkKeys.Rwd, defaults.Rwd),
            Ndr = section.Get(LinkKeys.Ndr, defaults.Ndr),
            Drs = section.Get(LinkKeys.Drs, defaults.Drs),
            Position = section.Position,
        };
    }
}
