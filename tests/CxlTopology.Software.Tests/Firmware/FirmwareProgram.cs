using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

/// <summary>Only the firmware of a host: it enumerates, writes, and says that it has finished.</summary>
internal sealed class FirmwareProgram(IReadOnlyList<PlatformNode> bridges, IReadOnlyList<FirmwareWrite> writes) : PlatformProgram(bridges)
{
    public List<FirmwareProblem> Problems { get; } = [];

    public SimTime Finished { get; private set; }

    protected override async Task RunProgramAsync()
    {
        await EnumerateAll();
        await new FirmwareWriter(this, Problems).Make(writes);
        Finished = Now;
        var booted = new Message { Kind = (byte)MessageKind.Booted, Payload = -1 };
        SendInside(Parent!, ref booted, SimDuration.Zero);
    }
}
