namespace CxlTopology.Specification;

/// <summary>A mailbox command a memory device knows here; any other is unsupported.</summary>
public enum MailboxOpcode : ushort
{
    /// <summary>Get Event Records.</summary>
    GetEventRecords = 0x0100,

    /// <summary>Clear Event Records.</summary>
    ClearEventRecords = 0x0101,

    /// <summary>Get Event Interrupt Policy.</summary>
    GetEventInterruptPolicy = 0x0102,

    /// <summary>Set Event Interrupt Policy.</summary>
    SetEventInterruptPolicy = 0x0103,

    /// <summary>Get FW Info.</summary>
    GetFirmwareInfo = 0x0200,

    /// <summary>Get Timestamp.</summary>
    GetTimestamp = 0x0300,

    /// <summary>Set Timestamp.</summary>
    SetTimestamp = 0x0301,

    /// <summary>Get Supported Logs.</summary>
    GetSupportedLogs = 0x0400,

    /// <summary>Get Log.</summary>
    GetLog = 0x0401,

    /// <summary>Identify Memory Device.</summary>
    Identify = 0x4000,

    /// <summary>Get Partition Info.</summary>
    GetPartitionInfo = 0x4100,

    /// <summary>Set Partition Info.</summary>
    SetPartitionInfo = 0x4101,

    /// <summary>Get LSA.</summary>
    GetLabelStorage = 0x4102,

    /// <summary>Set LSA.</summary>
    SetLabelStorage = 0x4103,

    /// <summary>Get Health Info.</summary>
    GetHealthInfo = 0x4200,

    /// <summary>Get Alert Configuration.</summary>
    GetAlertConfiguration = 0x4201,

    /// <summary>Set Alert Configuration.</summary>
    SetAlertConfiguration = 0x4202,

    /// <summary>Get Shutdown State.</summary>
    GetShutdownState = 0x4203,

    /// <summary>Set Shutdown State.</summary>
    SetShutdownState = 0x4204,

    /// <summary>Get Poison List.</summary>
    GetPoisonList = 0x4300,

    /// <summary>Inject Poison.</summary>
    InjectPoison = 0x4301,

    /// <summary>Clear Poison.</summary>
    ClearPoison = 0x4302,
}
