namespace CxlTopology.Specification;

/// <summary>One of a memory device's event logs; the value is its bit in the event status.</summary>
public enum EventLogKind : byte
{
    /// <summary>Informational.</summary>
    Informational = 0,

    /// <summary>Warning.</summary>
    Warning = 1,

    /// <summary>Failure.</summary>
    Failure = 2,

    /// <summary>Fatal.</summary>
    Fatal = 3,
}
