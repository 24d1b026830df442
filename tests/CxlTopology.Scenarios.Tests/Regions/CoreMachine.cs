using CxlTopology.Description;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>A topology text, built and booted into the CXL core of its first host, which then carries out what a test asks for, in simulated time.</summary>
internal sealed class CoreMachine
{
    private readonly HostProgram program;

    private CoreMachine(BuiltTopology built)
    {
        Built = built;
        program = built.Programs.Values.First();
    }

    public BuiltTopology Built { get; }

    public CxlCore Core => program.Core!;

    public CxlRegions Regions => program.Regions!;

    public RegionCommands Commands => new(Regions);

    /// <summary>Builds and boots a text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="before">What is done to the machine before it boots.</param>
    /// <param name="hasProblems">Whether the boot has problems; else it must have none.</param>
    public static CoreMachine Boot(string yaml, Action<BuiltTopology>? before = null, bool hasProblems = false)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "test.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        var machine = new CoreMachine(TopologyBuilder.Build(read.Model!, new SimulationOptions()));
        before?.Invoke(machine.Built);
        machine.Run();
        Assert.Equal(hasProblems, machine.program.BootProblems.Count > 0);
        return machine;
    }

    /// <summary>The window with an index.</summary>
    public CxlRootDecoder Window(int index = 0) => Core.Root!.Decoders.OfType<CxlRootDecoder>().ElementAt(index);

    /// <summary>The memory device that is an endpoint of the file.</summary>
    public CxlMemdev Memdev(string endpoint)
    {
        ulong serial = Built.Model.Endpoints.Single(e => e.Name == endpoint).Serial;
        return Core.Memdevs.Single(m => m.Serial == serial);
    }

    /// <summary>A decoder of an endpoint of the file.</summary>
    public CxlEndpointDecoder Decoder(string endpoint, int instance = 0) => (CxlEndpointDecoder)Memdev(endpoint).Endpoint!.Decoders[instance];

    /// <summary>The port of the host bridge with a UID: its index in the file.</summary>
    public CxlPort Bridge(int uid = 0) => Core.Root!.Children.Single(p => p.ParentDport!.Id == uid);

    /// <summary>A decoder with device memory of some kind.</summary>
    public CxlEndpointDecoder WithMemory(string endpoint, string size = "256MiB", bool isPersistent = false, int instance = 0)
    {
        CxlEndpointDecoder decoder = Decoder(endpoint, instance);
        DeviceMemory.SetMode(decoder, isPersistent);
        DeviceMemory.SetSize(decoder, Size(size));
        return decoder;
    }

    /// <summary>A region of RAM with ways, granularity and size, without targets.</summary>
    public CxlRegion Sized(int ways = 1, int granularity = 256, string size = "256MiB", int window = 0)
    {
        CxlRegion region = Regions.Create(Window(window), isPersistent: false);
        Regions.SetWays(region, ways);
        Regions.SetGranularity(region, granularity);
        Regions.SetSize(region, Size(size));
        return region;
    }

    /// <summary>A region of RAM over some endpoints, with all steps up to the commit made.</summary>
    public CxlRegion Attached(string size, int granularity, params string[] endpoints)
    {
        CxlRegion region = Sized(endpoints.Length, granularity, size);
        for (int i = 0; i < endpoints.Length; i++)
        {
            CxlEndpointDecoder decoder = Memdev(endpoints[i]).Endpoint!.Decoders.OfType<CxlEndpointDecoder>().First(d => d.DpaSize.Bytes == 0);
            DeviceMemory.SetMode(decoder, isPersistent: false);
            DeviceMemory.SetSize(decoder, new ByteSize(Size(size).Bytes / (ulong)endpoints.Length));
            Regions.Attach(region, i, decoder);
        }

        return region;
    }

    public CxlRegion Committed(string size, int granularity, params string[] endpoints)
    {
        CxlRegion region = Attached(size, granularity, endpoints);
        Do(() => Regions.Commit(region));
        return region;
    }

    public static ByteSize Size(string text) => text.EndsWith("MiB", StringComparison.Ordinal)
        ? ByteSize.MiB(ulong.Parse(text[..^3], null))
        : ByteSize.GiB(ulong.Parse(text[..^3], null));

    /// <summary>Has something done in the program of the host, to its end; what it throws is thrown here.</summary>
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
            Built.Simulation.Progress + SimDuration.FromNanoseconds(1));
        Run();
        Assert.True(done, "the program has not come to its end");
        if (thrown is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
    }

    public T Do<T>(Func<Task<T>> action)
    {
        T result = default!;
        Do(async () => { result = await action(); });
        return result;
    }

    /// <summary>All dwords of the HDM decoder capabilities that the core knows, by port and offset.</summary>
    public Dictionary<(string Port, int Offset), uint> Registers() => Do(async () =>
    {
        var registers = new Dictionary<(string, int), uint>();
        foreach (CxlPort port in Core.Ports.Where(p => p.HdmDecoders != 0))
        {
            int end = HdmCapabilityRegisters.DecoderOffset(port.Capability.DecoderCount);
            for (int offset = 0; offset < end; offset += 4)
                registers.Add((port.Host, offset), (uint)await Core.Mmio.ReadMmio(port.HdmDecoders + (ulong)offset));
        }

        return registers;
    });

    /// <summary>A register of a decoder, as the hardware has it.</summary>
    public uint Register(CxlDecoder decoder, int offset) =>
        (uint)Do(() => Core.Mmio.ReadMmio(decoder.Port.HdmDecoders + (ulong)(HdmCapabilityRegisters.DecoderOffset(decoder.Instance) + offset)));

    /// <summary>Writes eight bytes to each address and reads all of them back.</summary>
    public void AssertReadsBack(IReadOnlyList<ulong> addresses) => Do(async () =>
    {
        byte[] data = new byte[8];
        foreach (ulong address in addresses)
        {
            BitConverter.TryWriteBytes(data, address * 0x9E37_79B9_7F4A_7C15);
            Assert.Equal(AccessStatus.Ok, await Core.Memory.WriteMemory(address, data));
        }

        foreach (ulong address in addresses)
        {
            Assert.Equal(AccessStatus.Ok, await Core.Memory.ReadMemory(address, data));
            Assert.Equal(address * 0x9E37_79B9_7F4A_7C15, BitConverter.ToUInt64(data));
        }
    });

    private void Run()
    {
        RunResult result = Built.Simulation.Run();
        Assert.Empty(result.Failures);
        Assert.NotNull(program.Core);
    }
}
