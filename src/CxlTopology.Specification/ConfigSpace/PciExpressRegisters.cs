using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The PCI Express capability, id 0x10: device, link, slot and root registers of one function.</summary>
/// <remarks>
/// Registers a kind of function does not have read 0: slots and link control of ports that face down, root registers of root ports. Link
/// status is what the model says it is (<see cref="SetLink"/>).
/// </remarks>
public sealed class PciExpressRegisters : IRegisterTable
{
    private static readonly PciExpressRegisters[] variants =
    [
        new(PciExpressPortType.Endpoint), new(PciExpressPortType.RootPort), new(PciExpressPortType.UpstreamPort),
        new(PciExpressPortType.DownstreamPort), new(PciExpressPortType.EventCollector),
    ];

    private PciExpressRegisters(PciExpressPortType type)
    {
        bool root = type is PciExpressPortType.RootPort or PciExpressPortType.EventCollector;
        bool downstream = type is PciExpressPortType.RootPort or PciExpressPortType.DownstreamPort;
        bool port = type != PciExpressPortType.Endpoint;
        bool linked = type != PciExpressPortType.EventCollector;
        Map = PciCapability.NewMap($"PCI Express capability ({Describe(type)})", 0x3C, "PCI Express, PCI Express capability", id: 0x10);

        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        Version = Map.Field<byte>("Capability Version", 0x02, 3, 0, HwInit, resetValue: 2);
        PortType = Map.Field<PciExpressPortType>("Device/Port Type", 0x02, 7, 4, HwInit, resetValue: type);
        SlotImplemented = Map.Field<bool>("Slot Implemented", 0x02, 8, 8, HwInit, resetValue: downstream);
        InterruptMessage = Map.Field<byte>("Interrupt Message Number", 0x02, 13, 9, RO);
        FlitModeSupported = Map.Field<bool>("Flit Mode Supported", 0x02, 15, 15, HwInit);
        MaxPayloadSupported = Map.Field<byte>("Max_Payload_Size Supported", 0x04, 2, 0, HwInit, resetValue: 1);
        ExtendedTag = Map.Field<bool>("Extended Tag Field Supported", 0x04, 5, 5, HwInit, resetValue: true);
        RoleBasedErrors = Map.Field<bool>("Role-Based Error Reporting", 0x04, 15, 15, HwInit, resetValue: true);
        FunctionLevelResetCapable = Map.Field<bool>("Function Level Reset Capability", 0x04, 28, 28, HwInit, resetValue: !port);
        CorrectableReporting = Map.Field<bool>("Correctable Error Reporting Enable", 0x08, 0, 0, RW);
        NonFatalReporting = Map.Field<bool>("Non-Fatal Error Reporting Enable", 0x08, 1, 1, RW);
        FatalReporting = Map.Field<bool>("Fatal Error Reporting Enable", 0x08, 2, 2, RW);
        UnsupportedReporting = Map.Field<bool>("Unsupported Request Reporting Enable", 0x08, 3, 3, RW);
        RelaxedOrdering = Map.Field<bool>("Enable Relaxed Ordering", 0x08, 4, 4, RW, resetValue: true);
        MaxPayload = Map.Field<byte>("Max_Payload_Size", 0x08, 7, 5, RW);
        ExtendedTagEnable = Map.Field<bool>("Extended Tag Field Enable", 0x08, 8, 8, RW, resetValue: true);
        NoSnoop = Map.Field<bool>("Enable No Snoop", 0x08, 11, 11, RW, resetValue: true);
        MaxReadRequest = Map.Field<byte>("Max_Read_Request_Size", 0x08, 14, 12, RW, resetValue: 2);
        InitiateFunctionLevelReset = Map.Field<bool>("Initiate Function Level Reset", 0x08, 15, 15, port ? RO : WO);
        CorrectableDetected = Map.Field<bool>("Correctable Error Detected", 0x0A, 0, 0, RW1C);
        NonFatalDetected = Map.Field<bool>("Non-Fatal Error Detected", 0x0A, 1, 1, RW1C);
        FatalDetected = Map.Field<bool>("Fatal Error Detected", 0x0A, 2, 2, RW1C);
        UnsupportedDetected = Map.Field<bool>("Unsupported Request Detected", 0x0A, 3, 3, RW1C);
        TransactionsPending = Map.Field<bool>("Transactions Pending", 0x0A, 5, 5, RO);
        MaxLinkSpeed = Map.Field<byte>("Max Link Speed", 0x0C, 3, 0, HwInit);
        MaxLinkWidth = Map.Field<byte>("Maximum Link Width", 0x0C, 9, 4, HwInit);
        ActiveReporting = Map.Field<bool>("Data Link Layer Link Active Reporting Capable", 0x0C, 20, 20, HwInit, resetValue: downstream);
        BandwidthNotification = Map.Field<bool>("Link Bandwidth Notification Capability", 0x0C, 21, 21, HwInit, resetValue: downstream);
        AspmCompliance = Map.Field<bool>("ASPM Optionality Compliance", 0x0C, 22, 22, HwInit, resetValue: linked);
        PortNumber = Map.Field<byte>("Port Number", 0x0C, 31, 24, HwInit);
        AspmControl = Map.Field<byte>("ASPM Control", 0x10, 1, 0, linked ? RW : RO);
        LinkDisable = Map.Field<bool>("Link Disable", 0x10, 4, 4, downstream ? RW : RO);
        RetrainLink = Map.Field<bool>("Retrain Link", 0x10, 5, 5, downstream ? WO : RO);
        CommonClock = Map.Field<bool>("Common Clock Configuration", 0x10, 6, 6, linked ? RW : RO);
        ExtendedSynch = Map.Field<bool>("Extended Synch", 0x10, 7, 7, linked ? RW : RO);
        BandwidthManagementInterrupt = Map.Field<bool>("Link Bandwidth Management Interrupt Enable", 0x10, 10, 10, downstream ? RW : RO);
        AutonomousBandwidthInterrupt = Map.Field<bool>("Link Autonomous Bandwidth Interrupt Enable", 0x10, 11, 11, downstream ? RW : RO);
        CurrentLinkSpeed = Map.Field<byte>("Current Link Speed", 0x12, 3, 0, RO);
        NegotiatedWidth = Map.Field<byte>("Negotiated Link Width", 0x12, 9, 4, RO);
        Training = Map.Field<bool>("Link Training", 0x12, 11, 11, RO);
        SlotClock = Map.Field<bool>("Slot Clock Configuration", 0x12, 12, 12, HwInit, resetValue: linked);
        LinkActive = Map.Field<bool>("Data Link Layer Link Active", 0x12, 13, 13, RO);
        BandwidthManagementStatus = Map.Field<bool>("Link Bandwidth Management Status", 0x12, 14, 14, downstream ? RW1C : RO);
        AutonomousBandwidthStatus = Map.Field<bool>("Link Autonomous Bandwidth Status", 0x12, 15, 15, downstream ? RW1C : RO);
        HotPlugSurprise = Map.Field<bool>("Hot-Plug Surprise", 0x14, 5, 5, HwInit);
        HotPlugCapable = Map.Field<bool>("Hot-Plug Capable", 0x14, 6, 6, HwInit);
        SlotNumber = Map.Field<ushort>("Physical Slot Number", 0x14, 31, 19, HwInit);
        PresenceChangedEnable = Map.Field<bool>("Presence Detect Changed Enable", 0x18, 3, 3, downstream ? RW : RO);
        HotPlugInterrupt = Map.Field<bool>("Hot-Plug Interrupt Enable", 0x18, 5, 5, downstream ? RW : RO);
        LinkStateChangedEnable = Map.Field<bool>("Data Link Layer State Changed Enable", 0x18, 12, 12, downstream ? RW : RO);
        PresenceChanged = Map.Field<bool>("Presence Detect Changed", 0x1A, 3, 3, downstream ? RW1C : RO);
        Presence = Map.Field<bool>("Presence Detect State", 0x1A, 6, 6, RO);
        LinkStateChanged = Map.Field<bool>("Data Link Layer State Changed", 0x1A, 8, 8, downstream ? RW1C : RO);
        SystemErrorOnCorrectable = Map.Field<bool>("System Error on Correctable Error Enable", 0x1C, 0, 0, root ? RW : RO);
        SystemErrorOnNonFatal = Map.Field<bool>("System Error on Non-Fatal Error Enable", 0x1C, 1, 1, root ? RW : RO);
        SystemErrorOnFatal = Map.Field<bool>("System Error on Fatal Error Enable", 0x1C, 2, 2, root ? RW : RO);
        PmeInterrupt = Map.Field<bool>("PME Interrupt Enable", 0x1C, 3, 3, root ? RW : RO);
        RetryVisibilityEnable = Map.Field<bool>("Configuration RRS Software Visibility Enable", 0x1C, 4, 4, root ? RW : RO);
        RetryVisibility = Map.Field<bool>("Configuration RRS Software Visibility", 0x1E, 0, 0, HwInit, resetValue: root);
        PmeRequester = Map.Field<ushort>("PME Requester ID", 0x20, 15, 0, RO);
        PmeStatus = Map.Field<bool>("PME Status", 0x20, 16, 16, root ? RW1C : RO);
        CompletionTimeoutDisableSupported = Map.Field<bool>("Completion Timeout Disable Supported", 0x24, 4, 4, HwInit, resetValue: true);
        AriForwardingSupported = Map.Field<bool>("ARI Forwarding Supported", 0x24, 5, 5, HwInit, resetValue: downstream);
        CompletionTimeout = Map.Field<byte>("Completion Timeout Value", 0x28, 3, 0, RW);
        CompletionTimeoutDisable = Map.Field<bool>("Completion Timeout Disable", 0x28, 4, 4, RW);
        AriForwarding = Map.Field<bool>("ARI Forwarding Enable", 0x28, 5, 5, downstream ? RW : RO);
        SupportedLinkSpeeds = Map.Field<byte>("Supported Link Speeds Vector", 0x2C, 7, 1, HwInit);
        TargetLinkSpeed = Map.Field<byte>("Target Link Speed", 0x30, 3, 0, RWS);
        AutonomousSpeedDisable = Map.Field<bool>("Hardware Autonomous Speed Disable", 0x30, 5, 5, RWS);
        EqualizationComplete = Map.Field<bool>("Equalization 8.0 GT/s Complete", 0x32, 1, 1, ROS);
        FlitMode = Map.Field<bool>("Flit Mode Status", 0x32, 10, 10, RO);
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>Version of the structure: 2.</summary>
    public Field<byte> Version { get; }

    /// <summary>What the function is.</summary>
    public Field<PciExpressPortType> PortType { get; }

    /// <summary>Whether the link goes to a slot: in ports that face down.</summary>
    public Field<bool> SlotImplemented { get; }

    /// <summary>The vector of link and slot events.</summary>
    public Field<byte> InterruptMessage { get; }

    /// <summary>The link can run in flit mode, which 64 GT/s needs.</summary>
    public Field<bool> FlitModeSupported { get; }

    /// <summary>Encoded: 128 bytes shifted left by it. 256 bytes.</summary>
    public Field<byte> MaxPayloadSupported { get; }

    /// <summary>Tags of 8 bits.</summary>
    public Field<bool> ExtendedTag { get; }

    /// <summary>Errors are reported by the role of the receiver.</summary>
    public Field<bool> RoleBasedErrors { get; }

    /// <summary>The function can be reset alone. Of endpoints only.</summary>
    public Field<bool> FunctionLevelResetCapable { get; }

    /// <summary>Report correctable errors.</summary>
    public Field<bool> CorrectableReporting { get; }

    /// <summary>Report uncorrectable errors that are not fatal.</summary>
    public Field<bool> NonFatalReporting { get; }

    /// <summary>Report fatal errors.</summary>
    public Field<bool> FatalReporting { get; }

    /// <summary>Report unsupported requests.</summary>
    public Field<bool> UnsupportedReporting { get; }

    /// <summary>Requests may carry the attribute.</summary>
    public Field<bool> RelaxedOrdering { get; }

    /// <summary>Encoded as the supported one.</summary>
    public Field<byte> MaxPayload { get; }

    /// <summary>Use them.</summary>
    public Field<bool> ExtendedTagEnable { get; }

    /// <summary>Requests may carry the attribute.</summary>
    public Field<bool> NoSnoop { get; }

    /// <summary>Encoded alike; 512 bytes.</summary>
    public Field<byte> MaxReadRequest { get; }

    /// <summary>Asks for a reset of the function. Of endpoints only.</summary>
    public Field<bool> InitiateFunctionLevelReset { get; }

    /// <summary>There was one, reported or not.</summary>
    public Field<bool> CorrectableDetected { get; }

    /// <summary>There was one, reported or not.</summary>
    public Field<bool> NonFatalDetected { get; }

    /// <summary>There was one, reported or not.</summary>
    public Field<bool> FatalDetected { get; }

    /// <summary>There was one, reported or not.</summary>
    public Field<bool> UnsupportedDetected { get; }

    /// <summary>Requests of the function wait for completion.</summary>
    public Field<bool> TransactionsPending { get; }

    /// <summary>Encoded: 1 to 6 are 2.5, 5, 8, 16, 32 and 64 GT/s.</summary>
    public Field<byte> MaxLinkSpeed { get; }

    /// <summary>Lanes.</summary>
    public Field<byte> MaxLinkWidth { get; }

    /// <summary>The active bit of the link status works. In ports that face down.</summary>
    public Field<bool> ActiveReporting { get; }

    /// <summary>The bandwidth bits of the link status work. In ports that face down.</summary>
    public Field<bool> BandwidthNotification { get; }

    /// <summary>The function knows that link power states are optional.</summary>
    public Field<bool> AspmCompliance { get; }

    /// <summary>The port in its component: what target lists of HDM decoders name.</summary>
    public Field<byte> PortNumber { get; }

    /// <summary>Link power states; stored, of no effect.</summary>
    public Field<byte> AspmControl { get; }

    /// <summary>The link is down while it is set. In ports that face down.</summary>
    public Field<bool> LinkDisable { get; }

    /// <summary>Asks for the link to be trained again. In ports that face down.</summary>
    public Field<bool> RetrainLink { get; }

    /// <summary>Both ends share a clock; stored, of no effect.</summary>
    public Field<bool> CommonClock { get; }

    /// <summary>Longer training; stored, of no effect.</summary>
    public Field<bool> ExtendedSynch { get; }

    /// <summary>Interrupt on a change by software or management.</summary>
    public Field<bool> BandwidthManagementInterrupt { get; }

    /// <summary>Interrupt on a change the hardware made by itself.</summary>
    public Field<bool> AutonomousBandwidthInterrupt { get; }

    /// <summary>Encoded as the maximum; of no meaning while the link is down.</summary>
    public Field<byte> CurrentLinkSpeed { get; }

    /// <summary>Lanes; of no meaning while the link is down.</summary>
    public Field<byte> NegotiatedWidth { get; }

    /// <summary>The link is being trained.</summary>
    public Field<bool> Training { get; }

    /// <summary>The component uses the clock of the connector.</summary>
    public Field<bool> SlotClock { get; }

    /// <summary>The link is up. 0 in ports that face up.</summary>
    public Field<bool> LinkActive { get; }

    /// <summary>Speed or width changed, by software or management.</summary>
    public Field<bool> BandwidthManagementStatus { get; }

    /// <summary>Speed or width changed, by the hardware itself.</summary>
    public Field<bool> AutonomousBandwidthStatus { get; }

    /// <summary>What is in the slot may go without notice.</summary>
    public Field<bool> HotPlugSurprise { get; }

    /// <summary>The slot can be filled while the system runs.</summary>
    public Field<bool> HotPlugCapable { get; }

    /// <summary>The slot in its chassis.</summary>
    public Field<ushort> SlotNumber { get; }

    /// <summary>Tell when presence changes.</summary>
    public Field<bool> PresenceChangedEnable { get; }

    /// <summary>Interrupt on slot events.</summary>
    public Field<bool> HotPlugInterrupt { get; }

    /// <summary>Tell when the link goes up or down.</summary>
    public Field<bool> LinkStateChangedEnable { get; }

    /// <summary>Presence changed.</summary>
    public Field<bool> PresenceChanged { get; }

    /// <summary>Something is in the slot.</summary>
    public Field<bool> Presence { get; }

    /// <summary>The link went up or down.</summary>
    public Field<bool> LinkStateChanged { get; }

    /// <summary>Correctable errors below are system errors. In root ports.</summary>
    public Field<bool> SystemErrorOnCorrectable { get; }

    /// <summary>Errors below that are not fatal are system errors. In root ports.</summary>
    public Field<bool> SystemErrorOnNonFatal { get; }

    /// <summary>Fatal errors below are system errors. In root ports.</summary>
    public Field<bool> SystemErrorOnFatal { get; }

    /// <summary>Interrupt on power management events. In root ports.</summary>
    public Field<bool> PmeInterrupt { get; }

    /// <summary>Software sees that a function is not ready yet. In root ports.</summary>
    public Field<bool> RetryVisibilityEnable { get; }

    /// <summary>It can. In root ports.</summary>
    public Field<bool> RetryVisibility { get; }

    /// <summary>Who asked last.</summary>
    public Field<ushort> PmeRequester { get; }

    /// <summary>Somebody asked.</summary>
    public Field<bool> PmeStatus { get; }

    /// <summary>The timeout of requests can be switched off.</summary>
    public Field<bool> CompletionTimeoutDisableSupported { get; }

    /// <summary>Functions above 7 can be reached. In ports that face down.</summary>
    public Field<bool> AriForwardingSupported { get; }

    /// <summary>Encoded range; stored.</summary>
    public Field<byte> CompletionTimeout { get; }

    /// <summary>Requests wait for ever.</summary>
    public Field<bool> CompletionTimeoutDisable { get; }

    /// <summary>Reach them. In ports that face down.</summary>
    public Field<bool> AriForwarding { get; }

    /// <summary>Bit n is speed code n + 1.</summary>
    public Field<byte> SupportedLinkSpeeds { get; }

    /// <summary>Encoded; the highest the next training may reach.</summary>
    public Field<byte> TargetLinkSpeed { get; }

    /// <summary>The hardware does not change the speed by itself.</summary>
    public Field<bool> AutonomousSpeedDisable { get; }

    /// <summary>Training reached it.</summary>
    public Field<bool> EqualizationComplete { get; }

    /// <summary>The link runs in flit mode.</summary>
    public Field<bool> FlitMode { get; }

    /// <summary>The table of a kind of function. The same instance every time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none of the five kinds.</exception>
    public static PciExpressRegisters For(PciExpressPortType type) => type switch
    {
        PciExpressPortType.Endpoint => variants[0],
        PciExpressPortType.RootPort => variants[1],
        PciExpressPortType.UpstreamPort => variants[2],
        PciExpressPortType.DownstreamPort => variants[3],
        PciExpressPortType.EventCollector => variants[4],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Endpoints, root, upstream and downstream ports and event collectors are known."),
    };

    /// <summary>The code of a rate: 1 to 6 for 2.5 (given as 2), 5, 8, 16, 32 and 64 GT/s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is none of these.</exception>
    public static byte SpeedCode(int rate) => rate switch
    {
        2 => 1,
        5 => 2,
        8 => 3,
        16 => 4,
        32 => 5,
        64 => 6,
        _ => throw new ArgumentOutOfRangeException(nameof(rate), rate, "Links run at 2 (2.5), 5, 8, 16, 32 or 64 GT/s."),
    };

    /// <summary>The link came up: speed, width and flit mode as negotiated, and active in a port that faces down.</summary>
    public void SetLink(RegisterView view, LinkSpeed link)
    {
        view.Set(CurrentLinkSpeed, SpeedCode(link.Rate));
        view.Set(NegotiatedWidth, (byte)link.Width);
        view.Set(FlitMode, link.FlitMode == Specification.FlitMode.Flit256);
        view.Set(LinkActive, view.Get(ActiveReporting));
        view.Set(Presence, view.Get(SlotImplemented));
    }

    /// <summary>The link went down.</summary>
    public void ClearLink(RegisterView view)
    {
        view.Set(CurrentLinkSpeed, (byte)0);
        view.Set(NegotiatedWidth, (byte)0);
        view.Set(FlitMode, false);
        view.Set(LinkActive, false);
    }

    private static string Describe(PciExpressPortType type) => type switch
    {
        PciExpressPortType.RootPort => "root port",
        PciExpressPortType.UpstreamPort => "upstream port",
        PciExpressPortType.DownstreamPort => "downstream port",
        PciExpressPortType.EventCollector => "event collector",
        _ => "endpoint",
    };
}
