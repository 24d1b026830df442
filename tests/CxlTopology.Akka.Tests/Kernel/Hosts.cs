using System.Reflection;
using Xunit.Sdk;

[assembly: CxlTopology.Akka.Tests.Kernel.Hosts]

namespace CxlTopology.Akka.Tests.Kernel;

/// <summary>The hosts that a test has made: disposed of when it is over.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class HostsAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest) => Hosts.DisposeAll();
}

/// <summary>The hosts of the running test; tests run one after another.</summary>
internal static class Hosts
{
    private static readonly List<AkkaHost> Made = [];

    /// <summary>A host that keeps its log to itself.</summary>
    public static AkkaHost New(AkkaHostOptions? options = null)
    {
        var host = new AkkaHost((options ?? new AkkaHostOptions()) with { Log = options?.Log ?? TextWriter.Null });
        Made.Add(host);
        return host;
    }

    public static void DisposeAll()
    {
        foreach (AkkaHost host in Made)
            host.Dispose();
        Made.Clear();
    }
}
