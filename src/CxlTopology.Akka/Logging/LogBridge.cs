using System.Globalization;
using Akka.Actor;
using Akka.Event;

namespace CxlTopology.Akka;

/// <summary>Akka's logger: writes what Akka logs to the place that the simulator's messages go to.</summary>
/// <remarks>
/// A line an event: <c>akka: warning: source: text</c>, then the kind and text of its exception. No wall time: lines of two runs can be compared.
/// </remarks>
public sealed class LogBridge : ActorBase
{
    private readonly TextWriter writer;

    /// <summary>Made by Akka, by the name in its configuration.</summary>
    public LogBridge()
    {
        var setup = Context.System.Settings.Setup.Get<LogSetup>();
        writer = setup.HasValue ? setup.Value.Writer : Console.Error;
    }

    /// <inheritdoc/>
    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(LogFlush));

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent said:
                writer.WriteLine(Line(said));
                return true;
            case LogFlush flush:
                writer.Flush();
                flush.Written.TrySetResult();
                return true;
            default:
                return false;
        }
    }

    private static string Line(LogEvent said)
    {
        string level = said.LogLevel() switch
        {
            LogLevel.DebugLevel => "debug",
            LogLevel.InfoLevel => "info",
            LogLevel.WarningLevel => "warning",
            _ => "error",
        };
        string cause = said.Cause is null ? "" : $" ({said.Cause.GetType().Name}: {said.Cause.Message})";
        return string.Create(CultureInfo.InvariantCulture, $"akka: {level}: {said.LogSource}: {said.Message}{cause}");
    }
}
