#if WITH_AKKA
using System.Diagnostics;
using CxlTopology.Akka;

namespace CxlTopology.Cli.Commands;

/// <summary>The other nodes of a run, where this process starts them itself (<c>--spawn</c>).</summary>
internal sealed class AkkaChildren(ClusterRequest request, NodeAddress seed) : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(10);
    private readonly List<Process> children = [];

    /// <summary>Starts as many as are missing.</summary>
    public void Fill(int wanted)
    {
        if (!request.Spawn)
            return;
        children.RemoveAll(c => c.HasExited);
        while (children.Count < wanted)
            children.Add(Process.Start(Command()) ?? throw new ClusterException("A node could not be started as a child of this process."));
    }

    /// <summary>Has them leave, and waits until they end; who does not is killed.</summary>
    public void Dispose()
    {
        foreach (Process child in children)
            child.StandardInput.Close();
        foreach (Process child in children)
        {
            if (!child.WaitForExit(patience))
                child.Kill();
            child.Dispose();
        }
    }

    private ProcessStartInfo Command()
    {
        string own = Environment.ProcessPath ?? throw new ClusterException("This process does not know its own program, and can start no nodes (--spawn).");
        var start = new ProcessStartInfo(own) { RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(own) == "dotnet")
            start.ArgumentList.Add(typeof(AkkaChildren).Assembly.Location);
        foreach (string argument in (string[])["node", "--quiet", "--until-input-ends", "--seed-node", seed.ToString()])
            start.ArgumentList.Add(argument);
        foreach ((string option, string? value) in new[] { ("--secret-file", request.SecretFile), ("--certificate", request.Certificate), ("--certificate-password-file", request.CertificatePasswordFile) })
        {
            if (value is null)
                continue;
            start.ArgumentList.Add(option);
            start.ArgumentList.Add(value);
        }

        return start;
    }
}
#endif
