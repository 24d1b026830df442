using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

/// <summary>A host that answers register accesses itself, as a test says, 500 ns later.</summary>
internal sealed class FakeHost : ComponentActor
{
    private const uint TagBase = 3 << 20;
    private readonly FirmwareProgram firmware;
    private readonly Func<IoAccess, SimTime, (IoStatus Status, uint Value)> answer;

    public FakeHost(IReadOnlyList<FirmwareWrite> writes, Func<IoAccess, SimTime, (IoStatus Status, uint Value)> answer)
    {
        this.answer = answer;
        firmware = new FirmwareProgram(writes) { TagBase = TagBase };
        AddChild("firmware", firmware);
    }

    public List<(SimTime At, IoAccess Access)> Accesses { get; } = [];

    public int BootedCount { get; private set; }

    /// <summary>Runs firmware over such a host to its end.</summary>
    public static (FirmwareProgram Firmware, FakeHost Host) Run(IReadOnlyList<FirmwareWrite> writes, Func<IoAccess, SimTime, (IoStatus Status, uint Value)> answer)
    {
        var simulation = new Simulation.Simulation(new SimulationOptions());
        var host = new FakeHost(writes, answer);
        simulation.Add("host0", host);
        RunResult result = simulation.Run();
        Assert.Empty(result.Failures);
        Assert.True(host.firmware.Completed);
        return (host.firmware, host);
    }

    protected override void Receive(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.Booted)
        {
            BootedCount++;
            return;
        }

        Assert.Equal((byte)MessageKind.IoRequest, message.Kind);
        Assert.Equal(TagBase, message.Tag & ~0xFFFFFu);
        IoAccess access = Record<IoAccess>(message);
        Accesses.Add((Now, access));
        (IoStatus status, uint value) = answer(access, Now);
        DropPayload(ref message);
        message.Kind = (byte)MessageKind.IoCompletion;
        message.Status = (byte)status;
        message.Argument = value;
        message.Tag &= 0xFFFFF;
        SendInside(firmware, ref message, SimDuration.FromNanoseconds(500));
    }
}
