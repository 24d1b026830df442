using Xunit.Abstractions;
using Xunit.Sdk;

namespace CxlTopology.Mpi.Tests;

/// <summary>Finds a <see cref="MpirunTheoryAttribute"/> where there is an <c>mpirun</c>.</summary>
public sealed class MpirunTheoryDiscoverer(IMessageSink diagnostics) : IXunitTestCaseDiscoverer
{
    private readonly TheoryDiscoverer theories = new(diagnostics);

    /// <inheritdoc/>
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        Mpirun.IsThere ? theories.Discover(discoveryOptions, testMethod, factAttribute) : [];
}
