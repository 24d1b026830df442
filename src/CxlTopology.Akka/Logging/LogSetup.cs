using Akka.Actor.Setup;

namespace CxlTopology.Akka;

/// <summary>Where <see cref="LogBridge"/> writes.</summary>
internal sealed class LogSetup(TextWriter writer) : Setup
{
    /// <summary>One line an event.</summary>
    public TextWriter Writer { get; } = writer;
}
