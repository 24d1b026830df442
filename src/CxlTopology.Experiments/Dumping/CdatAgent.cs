using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Reads the CDAT of one component over its data object exchange, once firmware has finished.</summary>
public sealed class CdatAgent(IReadOnlyList<PlatformNode> bridges, PlatformNode component) : PlatformProgram(bridges)
{
    private const uint BootTag = 0;
    private bool booted;

    /// <summary>The table; null if the component has none.</summary>
    public byte[]? Table { get; private set; }

    /// <inheritdoc/>
    protected override async Task RunProgramAsync()
    {
        if (!booted)
            await Answer(BootTag);
        await DiscoverAll();
        if (FunctionOf(component) is { } function)
            Table = await new DataObjectClient(this, Delay).ReadCdat(function);
    }

    /// <inheritdoc/>
    protected override void OnMessage(ref Message message)
    {
        booted |= message.Kind == (byte)MessageKind.Booted;
        base.OnMessage(ref message);
    }
}
