using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

/// <summary>
/// A host with one host bridge and no functions below it: it answers 500 ns later, accesses to the bridge's HDM decoders as a test says.
/// </summary>
internal sealed class FakeHost : ComponentActor
{
    public static readonly PlatformNode Bridge = new() { Name = "hb0", Kind = ComponentKind.HostBridge, Resources = HostBridgeResources.Place([1], 0)[0] };
    private const uint TagBase = 3 << 20;
    private const ulong Array = 0x1000;
    private const ulong Decoders = 0x1010;
    private readonly FirmwareProgram firmware;
    private readonly Func<DecoderAccess, SimTime, uint> answer;
    private readonly bool hasDecoders;

    private FakeHost(IReadOnlyList<FirmwareWrite> writes, Func<DecoderAccess, SimTime, uint> answer, bool hasDecoders)
    {
        this.answer = answer;
        this.hasDecoders = hasDecoders;
        firmware = new FirmwareProgram([Bridge], writes) { TagBase = TagBase };
        AddChild("firmware", firmware);
    }

    /// <summary>What was asked of the decoders, and when.</summary>
    public List<(SimTime At, DecoderAccess Access)> Accesses { get; } = [];

    /// <summary>Configuration reads, none of which finds anything.</summary>
    public List<Bdf> Asked { get; } = [];

    public int BootedCount { get; private set; }

    /// <summary>Runs firmware over such a host to its end.</summary>
    public static (FirmwareProgram Firmware, FakeHost Host) Run(IReadOnlyList<FirmwareWrite> writes, Func<DecoderAccess, SimTime, uint> answer, bool hasDecoders = true)
    {
        var simulation = new Simulation.Simulation(new SimulationOptions());
        var host = new FakeHost(writes, answer, hasDecoders);
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
        message.Argument = Answer(message);
        message.Kind = (byte)MessageKind.IoCompletion;
        message.Tag &= 0xFFFFF;
        SendInside(firmware, ref message, SimDuration.FromNanoseconds(500));
    }

    private ulong Answer(in Message message)
    {
        var flags = (IoFlags)message.Flags;
        if ((flags & IoFlags.Configuration) != 0)
        {
            Asked.Add(Bdf.OfConfigurationAddress(message.Address));
            return ulong.MaxValue;
        }

        ulong offset = message.Address - Bridge.Resources!.RegisterBase;
        if (offset >= Decoders)
        {
            var access = new DecoderAccess((int)(offset - Decoders), (uint)message.Argument, (flags & IoFlags.Write) != 0);
            Accesses.Add((Now, access));
            return answer(access, Now);
        }

        return !hasDecoders ? ulong.MaxValue : offset == Array ? 0x0111_0001u : 0x0101_0005u;
    }
}
