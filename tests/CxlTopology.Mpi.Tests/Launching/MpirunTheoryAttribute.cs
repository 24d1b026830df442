using Xunit.Sdk;

namespace CxlTopology.Mpi.Tests;

/// <summary>A theory that needs <c>mpirun</c> on the path; see <see cref="MpirunFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("CxlTopology.Mpi.Tests.MpirunTheoryDiscoverer", "CxlTopology.Mpi.Tests")]
public sealed class MpirunTheoryAttribute : TheoryAttribute;
