using System.Globalization;
using Akka.Configuration;

namespace CxlTopology.Akka;

/// <summary>What Akka is told about a node.</summary>
internal static class ClusterConfiguration
{
    /// <summary>The longest message between nodes.</summary>
    public const int FrameBytesMax = 640 << 10;

    /// <summary>The configuration of a node.</summary>
    public static Config Of(ClusterOptions options, string role) => ConfigurationFactory.ParseString(string.Create(CultureInfo.InvariantCulture, $$"""
        akka {
          loglevel = WARNING
          stdout-loglevel = WARNING
          loggers = ["{{typeof(ClusterLog).AssemblyQualifiedName}}"]
          stdout-logger-class = "{{typeof(ClusterLog).AssemblyQualifiedName}}"
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          log-serializer-override-on-start = off
          coordinated-shutdown {
            run-by-clr-shutdown-hook = off
            run-by-actor-system-terminate = off
            exit-clr = off
          }
          actor.provider = cluster
          remote {
            untrusted-mode = on
            trusted-selection-paths = ["/system/cluster/core/daemon", "/system/cluster/heartbeatReceiver"]
            log-remote-lifecycle-events = off
            retry-gate-closed-for = 500 ms
            flush-wait-on-shutdown = 2 s
            shutdown-timeout = 5 s
            dot-netty.tcp {
              hostname = "{{options.Listen.Host}}"
              port = {{options.Listen.Port}}
              enable-ssl = {{(options.Encrypted ? "on" : "off")}}
              enforce-ip-family = on
              dns-use-ipv6 = {{(options.Listen.Host.Contains(':', StringComparison.Ordinal) ? "on" : "off")}}
              maximum-frame-size = {{FrameBytesMax}}b
              send-buffer-size = {{2 * FrameBytesMax}}b
              receive-buffer-size = {{2 * FrameBytesMax}}b
              connection-timeout = 5 s
              tcp-reuse-addr = off
              batching.enabled = off
            }
          }
          cluster {
            roles = ["{{role}}"]
            downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster"
            log-info = off
            seed-node-timeout = 2 s
            retry-unsuccessful-join-after = 2 s
            periodic-tasks-initial-delay = 100 ms
            gossip-interval = 200 ms
            leader-actions-interval = 200 ms
            unreachable-nodes-reaper-interval = 500 ms
            failure-detector {
              heartbeat-interval = 500 ms
              acceptable-heartbeat-pause = 5 s
              expected-response-after = 2 s
            }
          }
        }
        """));
}
