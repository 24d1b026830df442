namespace CxlTopology.Akka;

/// <summary>What an <see cref="AkkaHost"/> is built from.</summary>
public sealed record AkkaHostOptions
{
    /// <summary>The name of the actor system: letters, digits and hyphens, not a hyphen first. <c>cxltopology</c> by default.</summary>
    public string SystemName { get; init; } = "cxltopology";

    /// <summary>Where Akka's log goes, a line an event; standard error by default. Written to from one thread at a time, not the simulation's.</summary>
    public TextWriter? Log { get; init; }

    /// <summary>What Akka logs at least: <c>DEBUG</c>, <c>INFO</c>, <c>WARNING</c> (the default), <c>ERROR</c> or <c>OFF</c>.</summary>
    public string LogLevel { get; init; } = "WARNING";

    /// <summary>
    /// Settings in HOCON that win over the host's own; empty by default. The dispatcher, the scheduler and the guardian's strategy must stay.
    /// </summary>
    public string Configuration { get; init; } = "";

    /// <summary>What outsiders may have told components, or asked of them, that was not taken in yet: 1 to 2^20, 65,536 by default. More are dead letters.</summary>
    public int OutsideMax { get; init; } = 65_536;

    /// <summary>How long, in wall time, Akka may take to start or to end the actor system. 30 s by default; <see cref="TimeoutException"/> at the start, a line in the log at the end.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
