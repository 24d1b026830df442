using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>MSI-X of a device and MSI of a port: enabled and unmasked, they write to the host, which wakes the agent.</summary>
public sealed class InterruptTests
{
    private const uint MailboxData = 0x41;
    private const uint ExchangeData = 0x42;
    private readonly DeviceRegisterLayout device = DeviceRegisterLayout.For();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mailbox_WhenACommandEnds_InterruptsTheAgent(bool switched)
    {
        EventBench bench = Opened(switched: switched);
        ExecuteIdentify(bench, interrupt: true);

        Assert.Equal([MailboxData], bench.Agent.Interrupts.Select(i => (uint)i.Data));
        Assert.Equal(0UL, bench.ReadMmio(DeviceRegisters(bench) + (ulong)device.Mailbox.Offset + 4) & 1);
    }

    [Fact]
    public void Mailbox_ThatWasNotAskedToInterrupt_DoesNot()
    {
        EventBench bench = Opened();
        ExecuteIdentify(bench, interrupt: false);

        Assert.Empty(bench.Agent.Interrupts);
    }

    [Fact]
    public void Vector_WhileMsixIsDisabled_SendsNothingAndDoesNotWait()
    {
        var bench = new EventBench();
        bench.OpenVector(0, MailboxData);
        ExecuteIdentify(bench, interrupt: true);
        bench.EnableMsix();

        Assert.Empty(bench.Agent.Interrupts);
        Assert.Equal(0UL, Pending(bench));
    }

    [Fact]
    public void Vector_ThatIsMasked_WaitsAsPendingUntilUnmasked()
    {
        EventBench bench = Opened(masked: true);
        ExecuteIdentify(bench, interrupt: true);
        ulong waiting = Pending(bench);
        Assert.Empty(bench.Agent.Interrupts);
        bench.OpenVector(0, MailboxData);

        Assert.Equal((1UL, 0UL), (waiting, Pending(bench)));
        Assert.Equal([MailboxData], bench.Agent.Interrupts.Select(i => (uint)i.Data));
    }

    [Fact]
    public void Function_ThatIsMasked_HoldsAllVectorsBack()
    {
        EventBench bench = Opened();
        bench.SetField(bench.DeviceFunction, bench.DeviceLayout.Msix!, MsixRegisters.FunctionMask, true);
        ExecuteIdentify(bench, interrupt: true);
        int before = bench.Agent.Interrupts.Count;
        bench.SetField(bench.DeviceFunction, bench.DeviceLayout.Msix!, MsixRegisters.FunctionMask, false);

        Assert.Equal((0, 1), (before, bench.Agent.Interrupts.Count));
    }

    [Fact]
    public void Function_ThatIsNoBusMaster_SendsNothingUntilItIs()
    {
        EventBench bench = Opened();
        bench.WriteConfig(bench.DeviceFunction, 4, 2, 2);
        ExecuteIdentify(bench, interrupt: true);
        int before = bench.Agent.Interrupts.Count;
        bench.WriteConfig(bench.DeviceFunction, 4, 6, 2);

        Assert.Equal((0, 1), (before, bench.Agent.Interrupts.Count));
    }

    [Fact]
    public void Vectors_OfAnotherEvent_AreNotUsed()
    {
        EventBench bench = Opened();
        bench.OpenVector(0, MailboxData, masked: true);
        ExecuteIdentify(bench, interrupt: true);
        bench.OpenVector(1, ExchangeData);

        Assert.Empty(bench.Agent.Interrupts);
    }

    [Fact]
    public void Exchange_WhenAnObjectIsReady_InterruptsByItsOwnVector()
    {
        EventBench bench = Opened();
        Discover(bench, interrupt: true);

        Assert.Equal([ExchangeData], bench.Agent.Interrupts.Select(i => (uint)i.Data));
        Assert.True(bench.Field(bench.DeviceFunction, bench.DeviceLayout.DataObjectExchange!, DoeCapabilityRegisters.InterruptStatus));
    }

    [Fact]
    public void Exchange_ThatWasNotAskedToInterrupt_DoesNot()
    {
        EventBench bench = Opened();
        Discover(bench, interrupt: false);

        Assert.Empty(bench.Agent.Interrupts);
    }

    [Fact]
    public void Exchange_OfADeviceWithoutMsix_CannotInterrupt()
    {
        var bench = new EventBench(msixVectors: 0);

        Assert.False(bench.Field(bench.DeviceFunction, bench.DeviceLayout.DataObjectExchange!, DoeCapabilityRegisters.InterruptSupport));
        Discover(bench, interrupt: true);
        Assert.Empty(bench.Agent.Interrupts);
    }

    [Fact]
    public void Interrupt_ToAnAddressOfNobody_IsCounted()
    {
        EventBench bench = Opened();
        ulong entry = bench.Bar(bench.DeviceFunction, 4);
        bench.WriteMmio(entry, 0x1000);
        ExecuteIdentify(bench, interrupt: true);

        Assert.Equal((0, 1L), (bench.Agent.Interrupts.Count, bench.Host.StrayWrites));
    }

    [Fact]
    public void Interrupt_AfterAFunctionLevelReset_IsForgotten()
    {
        EventBench bench = Opened(masked: true);
        ExecuteIdentify(bench, interrupt: true);
        RegisterBlock<PciExpressRegisters> express = bench.DeviceLayout.PciExpress;
        bench.SetField(bench.DeviceFunction, express, express.Table.InitiateFunctionLevelReset, true);
        bench.WriteConfig(bench.DeviceFunction, 4, 6, 2);
        bench.EnableMsix();

        Assert.Empty(bench.Agent.Interrupts);
    }

    [Fact]
    public void Port_WhenItsLinkChanges_InterruptsIfAskedTo()
    {
        var bench = new EventBench();
        ConfigSpaceLayout layout = EventBench.RootLayout;
        PciExpressRegisters express = layout.PciExpress.Table;
        bench.EnableMsi(bench.RootFunction, layout, 0x99);
        bench.SetField(bench.RootFunction, layout.PciExpress, express.LinkStateChangedEnable, true);
        bench.SetField(bench.RootFunction, layout.PciExpress, express.HotPlugInterrupt, true);
        SwitchLink(bench, up: false);
        int down = bench.Agent.Interrupts.Count;
        SwitchLink(bench, up: true);

        Assert.Equal((1, 2), (down, bench.Agent.Interrupts.Count));
        Assert.All(bench.Agent.Interrupts, i => Assert.Equal(0x99UL, i.Data));
        Assert.True(bench.Field(bench.RootFunction, layout.PciExpress, express.LinkStateChanged));
    }

    [Fact]
    public void Port_ThatIsMasked_WaitsUntilItIsNot()
    {
        var bench = new EventBench();
        ConfigSpaceLayout layout = EventBench.RootLayout;
        PciExpressRegisters express = layout.PciExpress.Table;
        bench.EnableMsi(bench.RootFunction, layout, 0x99);
        bench.SetField(bench.RootFunction, layout.Msi!, MsiRegisters.Masked, true);
        bench.SetField(bench.RootFunction, layout.PciExpress, express.LinkStateChangedEnable, true);
        bench.SetField(bench.RootFunction, layout.PciExpress, express.HotPlugInterrupt, true);
        SwitchLink(bench, up: false);
        bool waiting = bench.Field(bench.RootFunction, layout.Msi!, MsiRegisters.Pending);
        int before = bench.Agent.Interrupts.Count;
        bench.SetField(bench.RootFunction, layout.Msi!, MsiRegisters.Masked, false);

        Assert.Equal((true, 0, 1), (waiting, before, bench.Agent.Interrupts.Count));
        Assert.False(bench.Field(bench.RootFunction, layout.Msi!, MsiRegisters.Pending));
    }

    internal static void SwitchLink(EventBench bench, bool up, LinkedActor? upper = null)
    {
        SimTime at = bench.Agent.Result!.End + SimDuration.FromMicroseconds(1);
        LinkedActor port = upper ?? bench.Above;
        var message = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up ? 1UL : 0, Payload = -1 };
        bench.Simulation.Post(port, message, at);
        if (ReferenceEquals(port, bench.Above))
            bench.Simulation.Post(bench.Device, message, at);
        bench.Agent.RunOn(bench.Simulation);
    }

    private static EventBench Opened(bool switched = false, bool masked = false)
    {
        var bench = new EventBench(switched);
        bench.OpenVector(0, MailboxData, masked);
        bench.OpenVector(1, ExchangeData);
        bench.EnableMsix();
        return bench;
    }

    private static ulong DeviceRegisters(EventBench bench) => bench.Bar(bench.DeviceFunction, 2);

    private static ulong Pending(EventBench bench) => bench.ReadMmio(bench.Bar(bench.DeviceFunction, 4) + (ulong)MsixTableLayout.For(16).PendingOffset, 8);

    private void ExecuteIdentify(EventBench bench, bool interrupt)
    {
        ulong mailbox = DeviceRegisters(bench) + (ulong)device.Mailbox.Offset;
        bench.WriteMmio(mailbox + 8, 0x4000, 8);
        bench.WriteMmio(mailbox + 4, interrupt ? 3u : 1u);
    }

    private static void Discover(EventBench bench, bool interrupt)
    {
        int exchange = bench.DeviceLayout.DataObjectExchange!.Offset;
        bench.WriteConfig(bench.DeviceFunction, exchange + DoeCapabilityRegisters.WriteMailboxOffset, 0x0000_0001);
        bench.WriteConfig(bench.DeviceFunction, exchange + DoeCapabilityRegisters.WriteMailboxOffset, 3);
        bench.WriteConfig(bench.DeviceFunction, exchange + DoeCapabilityRegisters.WriteMailboxOffset, 0);
        bench.WriteConfig(bench.DeviceFunction, exchange + DoeCapabilityRegisters.ControlOffset, interrupt ? 0x8000_0002u : 0x8000_0000u);
    }
}
