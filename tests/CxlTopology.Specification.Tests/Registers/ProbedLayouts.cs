namespace CxlTopology.Specification.Tests;

/// <summary>Every register space there is a test for: those of the documentation, and further variants.</summary>
internal static class ProbedLayouts
{
    public static IReadOnlyList<RegisterLayout> All { get; } =
    [
        .. RegisterTables.Layouts,
        .. ConfigSpaceKinds.All.Select(kind => kind.Registers),
        .. ComponentKinds.All.Select(kind => kind.Registers),
        MsixTableLayout.For(100).Registers,
    ];
}
