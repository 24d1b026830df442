using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What hardware notices is in its RAS and AER registers, and the root port hears of it.</summary>
public sealed class ErrorTests
{
    private const uint PoisonReceived = 1 << 10;
    private const ulong Base = FabricBench.Base;
    private static readonly ConfigSpaceLayout root = EventBench.RootLayout;

    [Fact]
    public void PoisonedWrite_IsLoggedByTheDevice()
    {
        var bench = new EventBench();
        bench.Run(Probe.Write(Base + 0x40, new byte[64], AccessFlags.Poison));

        Assert.Equal(PoisonReceived, Ras(bench, bench.DeviceFunction, RasRegisters.UncorrectableOffset));
        Assert.Equal(0u, Ras(bench, bench.RootFunction, RasRegisters.UncorrectableOffset));
    }

    [Fact]
    public void PoisonedRead_IsLoggedByEveryPortThatReceivesIt()
    {
        var bench = new EventBench(switched: true);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        uint[] afterWrite = Status(bench);
        bench.Run(Probe.Read(Base));

        Assert.Equal([PoisonReceived, 0, PoisonReceived, 0], afterWrite); // the device, the port above it, the upstream port, the root port
        Assert.Equal([PoisonReceived, PoisonReceived, PoisonReceived, PoisonReceived], Status(bench));

        static uint[] Status(EventBench bench) =>
        [
            .. new[] { bench.DeviceFunction, bench.DownstreamFunction, bench.UpstreamFunction, bench.RootFunction }
                .Select(f => Ras(bench, f, RasRegisters.UncorrectableOffset)),
        ];
    }

    [Fact]
    public void MaskedError_SetsItsStatusAndNothingElse()
    {
        var bench = new EventBench();
        bench.ReportErrors(bench.DeviceFunction, bench.DeviceLayout);
        bench.Run(Probe.Write(Base + 0x40, new byte[64], AccessFlags.Poison));

        Assert.Equal(PoisonReceived, Ras(bench, bench.DeviceFunction, RasRegisters.UncorrectableOffset));
        Assert.Equal((0u, 0u), (Ras(bench, bench.DeviceFunction, RasRegisters.HeaderLogOffset), Ras(bench, bench.DeviceFunction, 0x14) & 0x3F));
        Assert.False(bench.Field(bench.DeviceFunction, bench.DeviceLayout.Aer, bench.DeviceLayout.Aer.Table.Status(AerUncorrectable.Internal)));
        Assert.False(bench.Field(bench.RootFunction, root.Aer, root.Aer.Table.UncorrectableReceived));
    }

    [Fact]
    public void UnmaskedError_HasPointerAndHeader()
    {
        var bench = new EventBench();
        Unmask(bench, bench.DeviceFunction);
        bench.Run(Probe.Write(Base + 0x40, new byte[64], AccessFlags.Poison));

        Assert.Equal((uint)RasUncorrectable.PoisonReceived, Ras(bench, bench.DeviceFunction, 0x14) & 0x3F);
        Assert.Equal((uint)MessageKind.M2SRwD, Ras(bench, bench.DeviceFunction, RasRegisters.HeaderLogOffset) & 0xFF);
        Assert.Equal(Base + 0x40, Ras(bench, bench.DeviceFunction, RasRegisters.HeaderLogOffset + 4) | (ulong)Ras(bench, bench.DeviceFunction, RasRegisters.HeaderLogOffset + 8) << 32);
    }

    [Fact]
    public void ErrorThatIsCleared_MakesWayForTheNext()
    {
        var bench = new EventBench();
        Unmask(bench, bench.DeviceFunction);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        SetRas(bench, bench.DeviceFunction, RasRegisters.UncorrectableOffset, PoisonReceived);
        uint cleared = Ras(bench, bench.DeviceFunction, RasRegisters.UncorrectableOffset);
        bench.Run(Probe.Write(Base + 0x80, new byte[64], AccessFlags.Poison));

        Assert.Equal(0u, cleared);
        Assert.Equal(0x80u, Ras(bench, bench.DeviceFunction, RasRegisters.HeaderLogOffset + 4) & 0xFFF);
    }

    [Fact]
    public void UnmaskedError_IsAnInternalErrorOfItsFunction_AndTheRootPortHears()
    {
        var bench = new EventBench();
        Unmask(bench, bench.DeviceFunction);
        UnmaskInternal(bench, bench.DeviceFunction, bench.DeviceLayout);
        bench.ReportErrors(bench.DeviceFunction, bench.DeviceLayout);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        AerRegisters aer = root.Aer.Table;

        Assert.True(bench.Field(bench.DeviceFunction, bench.DeviceLayout.Aer, bench.DeviceLayout.Aer.Table.Status(AerUncorrectable.Internal)));
        Assert.True(bench.Field(bench.DeviceFunction, bench.DeviceLayout.PciExpress, bench.DeviceLayout.PciExpress.Table.FatalDetected));
        Assert.Equal((true, true, true), (bench.Field(bench.RootFunction, root.Aer, aer.UncorrectableReceived), bench.Field(bench.RootFunction, root.Aer, aer.FirstFatal), bench.Field(bench.RootFunction, root.Aer, aer.FatalReceived)));
        Assert.Equal(bench.DeviceFunction.RoutingId, bench.Field(bench.RootFunction, root.Aer, aer.UncorrectableSource));
        Assert.False(bench.Field(bench.RootFunction, root.Aer, aer.MultipleUncorrectable));
    }

    [Fact]
    public void SeverityOfAnError_DecidesWhatTheRootPortHears()
    {
        var bench = new EventBench();
        Unmask(bench, bench.DeviceFunction);
        UnmaskInternal(bench, bench.DeviceFunction, bench.DeviceLayout);
        AerRegisters device = bench.DeviceLayout.Aer.Table;
        bench.SetField(bench.DeviceFunction, bench.DeviceLayout.Aer, device.Severity(AerUncorrectable.Internal), false);
        bench.ReportErrors(bench.DeviceFunction, bench.DeviceLayout);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        SetRas(bench, bench.DeviceFunction, RasRegisters.UncorrectableOffset, PoisonReceived);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        AerRegisters aer = root.Aer.Table;

        Assert.True(bench.Field(bench.RootFunction, root.Aer, aer.NonFatalReceived));
        Assert.True(bench.Field(bench.RootFunction, root.Aer, aer.MultipleUncorrectable));
        Assert.False(bench.Field(bench.RootFunction, root.Aer, aer.FatalReceived));
    }

    [Fact]
    public void ErrorThatNobodyMayReport_StaysWhereItIs()
    {
        var bench = new EventBench();
        Unmask(bench, bench.DeviceFunction);
        UnmaskInternal(bench, bench.DeviceFunction, bench.DeviceLayout);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));

        Assert.True(bench.Field(bench.DeviceFunction, bench.DeviceLayout.Aer, bench.DeviceLayout.Aer.Table.Status(AerUncorrectable.Internal)));
        Assert.False(bench.Field(bench.RootFunction, root.Aer, root.Aer.Table.UncorrectableReceived));
    }

    [Fact]
    public void Error_BelowASwitch_PassesBridgesThatLetIt()
    {
        var bench = new EventBench(switched: true);
        Unmask(bench, bench.DeviceFunction);
        UnmaskInternal(bench, bench.DeviceFunction, bench.DeviceLayout);
        bench.ReportErrors(bench.DeviceFunction, bench.DeviceLayout);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        bool stopped = bench.Field(bench.RootFunction, root.Aer, root.Aer.Table.UncorrectableReceived);
        bool seen = bench.Field(bench.DownstreamFunction, EventBench.DownstreamLayout.Type1!, EventBench.DownstreamLayout.Type1!.Table.SecondaryReceivedSystemError);
        bench.ReportErrors(bench.DownstreamFunction, EventBench.DownstreamLayout);
        bench.ReportErrors(bench.UpstreamFunction, EventBench.UpstreamLayout);
        SetRas(bench, bench.DeviceFunction, RasRegisters.UncorrectableOffset, PoisonReceived);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));

        Assert.Equal((false, true), (stopped, seen));
        Assert.Equal(bench.DeviceFunction.RoutingId, bench.Field(bench.RootFunction, root.Aer, root.Aer.Table.UncorrectableSource));
    }

    [Fact]
    public void RootPort_ThatWasAskedTo_InterruptsOnErrors()
    {
        var bench = new EventBench();
        Unmask(bench, bench.DeviceFunction);
        UnmaskInternal(bench, bench.DeviceFunction, bench.DeviceLayout);
        bench.ReportErrors(bench.DeviceFunction, bench.DeviceLayout);
        bench.EnableMsi(bench.RootFunction, root, 0x77);
        bench.SetField(bench.RootFunction, root.Aer, root.Aer.Table.ReportFatal, true);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));

        Assert.Equal([0x77UL], bench.Agent.Interrupts.Select(i => i.Data));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LinkThatGoesDownUnasked_IsASurpriseToThePortAbove(bool switched)
    {
        var bench = new EventBench(switched);
        (Bdf function, ConfigSpaceLayout layout) = switched ? (bench.DownstreamFunction, EventBench.DownstreamLayout) : (bench.RootFunction, root);
        InterruptTests.SwitchLink(bench, up: false);

        Assert.True(bench.Field(function, layout.Aer, layout.Aer.Table.Status(AerUncorrectable.SurpriseDown)));
        Assert.Equal((byte)AerUncorrectable.SurpriseDown, bench.Field(function, layout.Aer, layout.Aer.Table.FirstErrorPointer));
        Assert.True(bench.Field(function, layout.PciExpress, layout.PciExpress.Table.FatalDetected));
        Assert.True(bench.Field(function, layout.PciExpress, layout.PciExpress.Table.LinkStateChanged));
    }

    [Fact]
    public void LinkThatIsTakenDownBySoftware_IsNoSurprise()
    {
        var bench = new EventBench();
        bench.SetField(bench.RootFunction, root.Port!, PortDvsecRegisters.UnmaskSbr, true);
        bench.SetField(bench.RootFunction, root.Type1!, root.Type1!.Table.SecondaryBusReset, true);

        Assert.False(bench.Field(bench.RootFunction, root.Aer, root.Aer.Table.Status(AerUncorrectable.SurpriseDown)));
        Assert.True(bench.Field(bench.RootFunction, root.PciExpress, root.PciExpress.Table.LinkStateChanged));
    }

    [Fact]
    public void RegisterAccessThatIsLost_TimesOutInTheRootPort()
    {
        var bench = new EventBench();
        Probe read = Probe.ReadRegister(bench.DeviceFunction.ConfigurationAddress(0), 4, IoFlags.Configuration);
        SimTime from = bench.Agent.Result!.End + SimDuration.FromMicroseconds(10);
        bench.Agent.Queue(bench.Simulation, from, read);
        // It is on its way when both ends of the link go down.
        foreach (LinkedActor end in new[] { bench.Above, bench.Device })
            bench.Simulation.Post(end, new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 }, from + SimDuration.FromNanoseconds(60));
        bench.Agent.RunOn(bench.Simulation);

        Assert.Equal((IoStatus.Timeout, 0xFFFF_FFFF_FFFF_FFFF), ((IoStatus)read.Answer.Status, read.Answer.Value));
        Assert.True(read.Latency >= SimDuration.FromMilliseconds(10));
        Assert.True(bench.Field(bench.RootFunction, root.Aer, root.Aer.Table.Status(AerUncorrectable.CompletionTimeout)));
    }

    [Fact]
    public void CompletionTimeout_ThatIsDisabled_DoesNotCome()
    {
        var bench = new EventBench();
        bench.SetField(bench.RootFunction, root.PciExpress, root.PciExpress.Table.CompletionTimeoutDisable, true);
        Probe read = Probe.ReadRegister(bench.DeviceFunction.ConfigurationAddress(0), 4, IoFlags.Configuration);
        SimTime from = bench.Agent.Result!.End + SimDuration.FromMicroseconds(10);
        bench.Agent.Queue(bench.Simulation, from, read);
        foreach (LinkedActor end in new[] { bench.Above, bench.Device })
            bench.Simulation.Post(end, new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 }, from + SimDuration.FromNanoseconds(60));
        bench.Agent.RunOn(bench.Simulation);

        Assert.Empty(read.Answers);
        Assert.False(bench.Field(bench.RootFunction, root.Aer, root.Aer.Table.Status(AerUncorrectable.CompletionTimeout)));
    }

    [Fact]
    public void RegisterAccesses_ThatAreAnswered_LeaveNoTimer()
    {
        var bench = new EventBench();
        SimTime before = bench.Agent.Result!.End;
        bench.ReadConfig(bench.DeviceFunction, 0);

        Assert.True(bench.Agent.Result!.End - before < SimDuration.FromMicroseconds(10));
    }

    [Fact]
    public void AccessThatNoBarTakes_IsUnsupportedAndAdvisory()
    {
        var bench = new EventBench();
        ulong bar = bench.Bar(bench.DeviceFunction, 0);
        bench.WriteConfig(bench.DeviceFunction, 0x10, 0xFFFF_0000); // away from where the window leads
        bench.WriteConfig(bench.DeviceFunction, 0x14, 0xF);
        Probe read = bench.Run(Probe.ReadRegister(bar));
        RegisterBlock<PciExpressRegisters> express = bench.DeviceLayout.PciExpress;

        Assert.Equal(IoStatus.Unsupported, (IoStatus)read.Answer.Status);
        Assert.True(bench.Field(bench.DeviceFunction, express, express.Table.UnsupportedDetected));
        Assert.True(bench.Field(bench.DeviceFunction, bench.DeviceLayout.Aer, bench.DeviceLayout.Aer.Table.Status(AerCorrectable.AdvisoryNonFatal)));
        Assert.False(bench.Field(bench.DeviceFunction, express, express.Table.NonFatalDetected));
    }

    [Fact]
    public void ComponentThatFails_IsAnInternalErrorOfThePortAbove_AndItsLinkIsDown()
    {
        var bench = new EventBench();
        uint mask = Ras(bench, bench.RootFunction, RasRegisters.UncorrectableOffset + 4);
        SetRas(bench, bench.RootFunction, RasRegisters.UncorrectableOffset + 4, mask & ~(1u << (int)RasUncorrectable.Internal));
        bench.Device.AttachCache(new BrokenCache());
        bench.Simulation.Post(bench.Device, ResetControl.PersistentFlush(), bench.Agent.Result!.End + SimDuration.FromMicroseconds(1));
        RunResult result = bench.Simulation.Run();
        byte[] bytes = bench.RootPort.DumpConfiguration()!;
        uint aer = BitConverter.ToUInt32(bytes, root.Aer.Offset + AerRegisters.UncorrectableOffset);

        Assert.Single(result.Failures);
        Assert.False(bench.RootPort.IsUp);
        Assert.Equal(1u << (int)AerUncorrectable.SurpriseDown | 1u << (int)AerUncorrectable.Internal, aer);
    }

    private static uint Ras(EventBench bench, Bdf function, int offset) => (uint)bench.ReadMmio(bench.Bar(function, 0) + EventBench.Ras + (ulong)offset);

    private static void SetRas(EventBench bench, Bdf function, int offset, uint value) => bench.WriteMmio(bench.Bar(function, 0) + EventBench.Ras + (ulong)offset, value);

    private static void Unmask(EventBench bench, Bdf function) => SetRas(bench, function, RasRegisters.UncorrectableOffset + 4, 0);

    private static void UnmaskInternal(EventBench bench, Bdf function, ConfigSpaceLayout layout) =>
        bench.SetField(function, layout.Aer, layout.Aer.Table.Mask(AerUncorrectable.Internal), false);

    /// <summary>A cache whose model fails.</summary>
    private sealed class BrokenCache : IDeviceCache
    {
        public void SetAllocating(bool allowed)
        {
        }

        public bool WriteBackAndInvalidate() => throw new NotSupportedException("This cache is broken.");

        public void Drop()
        {
        }
    }
}
