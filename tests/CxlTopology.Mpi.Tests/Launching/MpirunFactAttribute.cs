using Xunit.Sdk;

namespace CxlTopology.Mpi.Tests;

/// <summary>
/// A test that needs <c>mpirun</c> on the path. Where there is none the test is not there at all, neither run nor listed; where there is one it runs like any other.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("CxlTopology.Mpi.Tests.MpirunFactDiscoverer", "CxlTopology.Mpi.Tests")]
public sealed class MpirunFactAttribute : FactAttribute;
