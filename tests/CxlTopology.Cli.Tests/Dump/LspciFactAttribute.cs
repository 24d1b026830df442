namespace CxlTopology.Cli.Tests.Dump;

/// <summary>A test that needs lspci. Where there is none it is reported as skipped, with the reason; where <c>CI</c> is set it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LspciFactAttribute : FactAttribute
{
    public LspciFactAttribute()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
            Skip = Lspci.Missing;
    }
}
