using System.Globalization;
using Akka.Event;

namespace CxlTopology.Akka;

/// <summary>Akka's log, a line an event, to the writer that the caller gave.</summary>
/// <remarks>
/// What Akka repeats is written once. That a connection was closed is left out: the run that it matters to says so itself, and what was lost with it. Akka makes this by name,
/// before there is an actor system: the writer is handed over through the thread that makes the system.
/// </remarks>
public sealed class ClusterLog : MinimalLogger
{
    private const int RememberedMax = 256;
    private const string ClosedName = "EndpointDisassociatedException"; // not public

    [ThreadStatic]
    private static TextWriter? handedOver;

    private readonly TextWriter writer = TextWriter.Synchronized(handedOver ?? Console.Error);
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    internal static void HandOver(TextWriter? writer) => handedOver = writer;

    /// <inheritdoc/>
    protected override void Log(object message)
    {
        if (message is not LogEvent said || IsClosedConnection(said))
            return;
        string level = said.LogLevel() == LogLevel.ErrorLevel ? "error" : "warning";
        string cause = said.Cause is null ? "" : $" ({said.Cause.GetType().Name}: {said.Cause.Message})";
        string text = said.Message.ToString() ?? "";
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        string line = string.Create(CultureInfo.InvariantCulture, $"akka: {level}: {(end < 0 ? text : text[..end])}{cause}");
        lock (written)
        {
            if (written.Count < RememberedMax ? !written.Add(line) : written.Contains(line))
                return;
        }

        writer.WriteLine(line);
    }

    private static bool IsClosedConnection(LogEvent said) =>
        said.Cause?.GetType().Name == ClosedName || (said.Message.ToString() ?? "").Contains(ClosedName, StringComparison.Ordinal);
}
