using System.Globalization;
using Akka.Event;

namespace CxlTopology.Akka;

/// <summary>Akka's log, a line an event, to the writer that the caller gave.</summary>
/// <remarks>Akka makes it by name, before there is an actor system: the writer is handed over through the thread that makes the system.</remarks>
public sealed class ClusterLog : MinimalLogger
{
    [ThreadStatic]
    private static TextWriter? handedOver;

    private readonly TextWriter writer = TextWriter.Synchronized(handedOver ?? Console.Error);

    internal static void HandOver(TextWriter? writer) => handedOver = writer;

    /// <inheritdoc/>
    protected override void Log(object message)
    {
        if (message is not LogEvent said)
            return;
        string level = said.LogLevel() == LogLevel.ErrorLevel ? "error" : "warning";
        string cause = said.Cause is null ? "" : $" ({said.Cause.GetType().Name}: {said.Cause.Message})";
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"akka: {level}: {said.LogSource}: {said.Message}{cause}"));
    }
}
