namespace CxlTopology.Specification;

/// <summary>What the codes of <see cref="MessageKind"/> say.</summary>
public static class MessageKinds
{
    /// <summary>Classes of link traffic that have credits of their own in each direction: without data (0) and with data (1).</summary>
    public const int CreditedClasses = 2;

    /// <summary>Whether a message travels from the host down.</summary>
    public static bool IsDownstream(byte kind) => (kind & 0x30) == 0x10;

    /// <summary>Whether a message travels up to the host.</summary>
    public static bool IsUpstream(byte kind) => (kind & 0x30) == 0x20;

    /// <summary>The traffic class: 0 without data, 1 with data, 3 CXL.io.</summary>
    public static int ClassOf(byte kind) => kind & 3;
}
