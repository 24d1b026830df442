using Xunit.Abstractions;
using Xunit.Sdk;

namespace CxlTopology.Mpi.Tests;

/// <summary>Finds a <see cref="MpirunFactAttribute"/> where there is an <c>mpirun</c>.</summary>
public sealed class MpirunFactDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    private readonly FactDiscoverer facts = new(diagnostics);

    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Mpirun.IsThere ? facts.Discover(discoveryOptions, testMethod, factAttribute) : [];
}
