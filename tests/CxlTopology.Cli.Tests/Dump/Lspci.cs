using System.Diagnostics;

namespace CxlTopology.Cli.Tests.Dump;

/// <summary>The lspci of pciutils, which reads what <c>cxltopo dump lspci</c> writes.</summary>
internal static class Lspci
{
    private static readonly TimeSpan installLimit = TimeSpan.FromSeconds(240);
    private static readonly Lazy<string?> missing = new(FindOrInstall);

    /// <summary>Why there is none; null if there is one. It is installed where apt-get may do so.</summary>
    public static string? Missing => missing.Value;

    /// <summary>Runs it with a dump.</summary>
    public static CliResult Run(string dump, string options)
    {
        Assert.True(Missing is null, Missing);
        return Cli.Shell($"PATH=$PATH:/usr/sbin:/sbin lspci -F '{dump}' {options}");
    }

    private static string? FindOrInstall()
    {
        if (Succeeds("PATH=$PATH:/usr/sbin:/sbin command -v lspci"))
            return null;
        const string Install = "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends pciutils";
        if (Succeeds("command -v apt-get && [ $(id -u) -eq 0 ]") && Succeeds(Install))
            return null;
        if (Succeeds("command -v apt-get && sudo -n true") && Succeeds($"sudo -n sh -c '{Install}'"))
            return null;
        return "lspci is not there and apt-get cannot install it: install pciutils to have the dump read by it.";
    }

    private static bool Succeeds(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("sh") { ArgumentList = { "-c", $"({command}) >/dev/null 2>&1" } })!;
        if (process.WaitForExit(installLimit))
            return process.ExitCode == 0;
        process.Kill(entireProcessTree: true);
        return false;
    }
}
