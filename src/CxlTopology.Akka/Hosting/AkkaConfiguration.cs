using Akka.Configuration;

namespace CxlTopology.Akka;

/// <summary>The settings of an actor system that runs a simulation.</summary>
internal static class AkkaConfiguration
{
    /// <summary>The id of the dispatcher.</summary>
    public const string DispatcherId = "cxltopology.simulated-time-dispatcher";

    private const string Text = """
        cxltopology.simulated-time-dispatcher {
          type = "CxlTopology.Akka.SimulatedTimeDispatcherConfigurator, CxlTopology.Akka"
        }
        akka {
          loggers = ["CxlTopology.Akka.LogBridge, CxlTopology.Akka"]
          # nothing of Akka's goes to standard output, which belongs to results
          stdout-loglevel = OFF
          log-dead-letters = 10
          log-dead-letters-during-shutdown = off
          scheduler.implementation = "CxlTopology.Akka.GuardedScheduler, CxlTopology.Akka"
          actor.guardian-supervisor-strategy = "CxlTopology.Akka.StoppingGuardian, CxlTopology.Akka"
          # the host ends the system; nobody would run the simulation's dispatcher while the process exits
          coordinated-shutdown.run-by-clr-shutdown-hook = off
        }
        """;

    /// <summary>The settings for a host.</summary>
    public static Config For(AkkaHostOptions options) =>
        ConfigurationFactory.ParseString(options.Configuration)
            .WithFallback(ConfigurationFactory.ParseString("akka.loglevel = " + options.LogLevel))
            .WithFallback(ConfigurationFactory.ParseString(Text));
}
