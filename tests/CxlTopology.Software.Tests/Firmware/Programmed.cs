using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

/// <summary>The decoders that a list of writes leaves behind, read off the writes alone.</summary>
internal sealed class Programmed
{
    private readonly Dictionary<(string Component, int Decoder), uint[]> registers = [];

    public Programmed(IEnumerable<FirmwareWrite> writes)
    {
        foreach (FirmwareWrite write in writes.Where(w => w.Space == RegisterSpace.HdmDecoder && w.Offset >= HdmCapabilityRegisters.FirstDecoder))
        {
            (int decoder, int register) = Math.DivRem(write.Offset - HdmCapabilityRegisters.FirstDecoder, HdmCapabilityRegisters.DecoderLength);
            if (!registers.TryGetValue((write.Component, decoder), out uint[]? words))
                registers.Add((write.Component, decoder), words = new uint[HdmDecoderSettings.Dwords]);
            words[register / 4] = write.Value;
        }
    }

    public IEnumerable<string> Components => registers.Keys.Select(k => k.Component).Distinct();

    public HdmDecoderSettings Of(PlatformNode node, int decoder = 0) => HdmDecoderSettings.Decode(registers[(node.Name, decoder)], node.Kind);

    public bool Has(PlatformNode node, int decoder = 0) => registers.ContainsKey((node.Name, decoder));

    /// <summary>The name of the endpoint that these registers send an address to.</summary>
    public string Route(Platform platform, RegionPlan region, ulong hpa)
    {
        PlatformNode at = platform.Bridges[region.Window.Targets[region.Window.TargetIndexOf(hpa)]];
        while (at.Kind != ComponentKind.Endpoint)
        {
            HdmDecoderSettings decoder = Of(at);
            Assert.True(decoder.Contains(hpa));
            byte port = decoder.TargetAt(decoder.Interleave!.Value.TargetOf(hpa));
            PlatformNode below = region.Endpoints.SelectMany(e => e.Path).First(n => n.Parent == at && n.ParentPort == port);
            at = below;
        }

        return at.Name;
    }
}
