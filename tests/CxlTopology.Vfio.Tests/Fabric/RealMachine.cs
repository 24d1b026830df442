using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>A topology on the real fabric, booted into the CXL core of its first host, with VFIO in it and every checker of a run on; what a test asks for is done in simulated time, in the host's program.</summary>
internal sealed class RealMachine
{
    /// <summary>The host's memory that processes can have.</summary>
    public const ulong OwnMemory = 1UL << 30;

    private readonly Experiment experiment;
    private readonly HostProgram program;
    private readonly Dictionary<string, PciDevice> ports = [];
    private CxlCore? used;

    private RealMachine(Experiment experiment, VfioFault fault)
    {
        this.experiment = experiment;
        program = Built.Programs.Values.First();
        Run();
        Hardware = new VfioHardware(Core.Configuration, Core.Mmio, Core.Memory, Core.Clock, program);
        Host = new VfioHost(Hardware, new HostMemory(0, OwnMemory) { Fault = fault });
        Passthrough = new HostCore(Core);
    }

    public BuiltTopology Built => experiment.Built;

    public CxlCore Core => used ?? program.Core!;

    /// <summary>The core that the host has booted.</summary>
    public CxlCore BootCore => program.Core!;

    public VfioHardware Hardware { get; private set; }

    public VfioHost Host { get; private set; }

    public HostCore Passthrough { get; private set; }

    /// <summary>The host's software.</summary>
    public HostProgram Program => program;

    /// <summary>Completions that the host's program got after it had given them up.</summary>
    public int LateCompletions => program.LateCompletions;

    /// <summary>How the last part of the run ended.</summary>
    public RunResult Result => experiment.Result!;

    public static RealMachine Boot(string yaml, ExperimentOptions? options = null, VfioFault fault = VfioFault.None)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "test.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        return new RealMachine(Experiment.Prepare(read.Model!, options ?? new ExperimentOptions()), fault);
    }

    /// <summary>Accelerators g0, g1 of 1 GiB below a host bridge each, g2 and g3 behind a switch.</summary>
    public static string Accelerators(string more = "", string each = "", string coherence = "hdm-db") => $$$"""
        version: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            memory: 2GiB
            windows:
              - {base: 0x10_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}
              - {base: 0x20_0000_0000, size: 8GiB, targets: [hb0, hb1], granularity: 512B, allow: [type2, volatile, back-invalidate]}
              - {base: 0x40_0000_0000, size: 4GiB, targets: [hb1], allow: [type2, volatile, back-invalidate]}
            bridges:
              hb0: {rp0: g0}
              hb1: {ports: {rp0: g1, rp1: {switch: sw0, ports: {dsp0: {switch: sw1, ports: {dsp0: g2} }, dsp1: g3} } } }
        endpoints:
          g0: &g {type: 2, memory: 1GiB, coherence: {{{coherence}}}, decoders: 4, cxl: {write-back: true, reset: true, reset-timeout: 100ms, memory-clear: true}{{{each}}} }
          g1: *g
          g2: *g
          g3: *g
        {{{more}}}
        """;

    /// <summary>Firmware commits the first decoder of g0.</summary>
    public const string Committed = """
        firmware:
          - {component: g0, decoder: 0, base: 0x10_0000_0000, size: 1GiB, type: device}
          - {component: g0, dvsec-control: 7}
          - {component: g0, offset: 4, value: 2}
        """;

    /// <summary>The function of an endpoint.</summary>
    public PciDevice Function(string endpoint) => Memdev(endpoint).Function;

    public CxlMemdev Memdev(string endpoint)
    {
        ulong serial = Built.Model.Endpoints.Single(e => e.Name == endpoint).Serial;
        return Core.Memdevs.Single(m => m.Serial == serial);
    }

    /// <summary>The endpoint that a device is.</summary>
    public string NameOf(VfioPciDevice device) => Built.Model.Endpoints.Single(e => e.Serial == Core.Memdevs.Single(m => m.Function.Bdf == device.Function.Bdf).Serial).Name;

    public VfioPciDevice Bind(string endpoint, VfioDialect dialect = VfioDialect.RfcV2, VfioDeviceOptions? options = null) => Host.Bind(
        Function(endpoint),
        dialect == VfioDialect.V3 ? new PciDriver(Passthrough) : new AcceleratorDriver(Passthrough),
        (options ?? new VfioDeviceOptions()) with { Dialect = dialect });

    public async Task<Guest> BootGuest(string name, params VfioPciDevice[] devices)
    {
        VirtualMachine machine = await VirtualMachine.Start(Host, new GuestOptions { Name = name, Devices = devices, Memory = ByteSize.MiB(64) });
        var guest = new Guest(machine);
        await guest.Boot();
        return guest;
    }

    /// <summary>A register of the decoders of a port, as the hardware has it.</summary>
    public async Task<uint> Decoder(CxlPort port, int offset, int decoder = 0) =>
        (uint)await Core.Mmio.ReadMmio(port.HdmDecoders + (ulong)(HdmCapabilityRegisters.DecoderOffset(decoder) + offset));

    /// <summary>The link of an endpoint goes down, or comes up, some time from now.</summary>
    public void CutLink(string endpoint, SimDuration after, bool up = false) => CutLink(endpoint, Built.Simulation.Progress + after, up);

    /// <summary>The link of an endpoint goes down, or comes up, at a time.</summary>
    public void CutLink(string endpoint, SimTime at, bool up = false)
    {
        (LinkedActor upper, LinkedActor lower) = Built.Links.Where(l => l.Lower == Built.Endpoints[endpoint]).Select(l => (l.Upper, l.Lower)).Single();
        var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up ? 1UL : 0, Payload = -1 };
        Built.Simulation.Post(upper, control, at);
        Built.Simulation.Post(lower, control, at);
    }

    /// <summary>CXL ports keep their link up whatever software writes to Link Disable, unless it is unmasked.</summary>
    public async Task UnmaskLinkDisable(string endpoint)
    {
        const uint PortDvsec = 3;
        const int Control = 0x0C;
        const uint Unmask = 2;
        PciDevice port = PortAbove(endpoint);
        (int dvsec, _) = await CxlRegisterInfo.FindDvsec(BootCore.Configuration, port, PortDvsec);
        await BootCore.Configuration.WriteConfig(port.Bdf, dvsec + Control, Unmask, 2);
    }

    /// <summary>The host's software takes the link of an endpoint down, or has it come up.</summary>
    public Task SetLink(string endpoint, bool up)
    {
        const int LinkControl = 0x10;
        const uint LinkDisable = 1 << 4;
        PciDevice port = PortAbove(endpoint);
        return BootCore.Configuration.WriteConfig(port.Bdf, port.ExpressCapability + LinkControl, up ? 0 : LinkDisable, 2);
    }

    private PciDevice PortAbove(string endpoint)
    {
        if (!ports.TryGetValue(endpoint, out PciDevice? port))
            ports.Add(endpoint, port = Function(endpoint).Parent!);
        return port;
    }

    public void Do(Func<Task> action)
    {
        Exception? thrown = null;
        bool done = false;
        program.Post(
            Built.Simulation,
            async _ =>
            {
                try
                {
                    await action();
                }
                catch (Exception error)
                {
                    thrown = error;
                }

                done = true;
            },
            experiment.Result!.End + SimDuration.FromNanoseconds(1));
        Run();
        if (thrown is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
        Assert.True(done, "the program has not come to its end");
    }

    /// <summary>The same machine, with another core and other ways to the hardware: what a test has put between them.</summary>
    public void Use(CxlCore core, VfioHardware hardware)
    {
        used = core;
        Hardware = hardware;
        Host = new VfioHost(hardware, new HostMemory(0, OwnMemory));
        Passthrough = new HostCore(core);
    }

    /// <summary>Every checker of a run is content.</summary>
    public void AssertChecked()
    {
        foreach (CheckerReport checker in Checkers.Run(experiment).Where(c => c.Name != "refused accesses accounted for")) // those of the host's software are told to nobody
            Assert.True(checker.Violations == 0, $"{checker.Name}: {checker.Violations} violations: {checker.First}");
    }

    private void Run()
    {
        RunResult result = experiment.Run();
        Assert.Empty(result.Failures);
        Assert.NotNull(program.Core);
    }
}
