using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace CxlTopology.Akka.Tests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class ProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cxltopo-tests-").FullName;

    private static string Quickstart => Path.Combine(Cxltopo.Topologies, "quickstart.yaml");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Run_WithSpawnedNodes_ReportsWhatOneProcessDoes()
    {
        using var one = Cxltopo.Start("run", Quickstart, "-q", "-o", "json", "--seed", "7", "--until", "50us");
        using var three = Cxltopo.Start("run", Quickstart, "-q", "-o", "json", "--seed", "7", "--until", "50us", "--engine", "akka", "--nodes", "3", "--spawn");
        Assert.Equal(one.End(), three.End());

        Assert.Equal("", three.Error);
        Dictionary<string, JsonElement> expected = Report(one);
        Dictionary<string, JsonElement> actual = Report(three);
        Assert.Equal(("akka", 3), (actual["engine"].GetString(), actual["workers"].GetInt32()));
        foreach (string part in (string[])["engine", "workers", "wallSeconds"])
            Assert.True(expected.Remove(part) & actual.Remove(part));
        Assert.Equal(JsonSerializer.Serialize(expected), JsonSerializer.Serialize(actual));
    }

    [Fact]
    public void Run_WithoutNodes_SaysWhatItWaitedFor()
    {
        using var run = Cxltopo.Start("run", Quickstart, "--engine", "akka", "--nodes", "2", "--join-timeout", "1s");

        Assert.Equal(5, run.End());
        Assert.Matches("""^cxltopo: waiting for 1 other node\. Start each with:\n  cxltopo node --once --seed-node 127\.0\.0\.1:\d+\ncxltopo: Waited 1 s for 1 other node, and 0 came\.\n$""", run.Error);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void Run_StoppedWhileItWaits_EndsAtOnce(string signal, int code)
    {
        using var run = Cxltopo.Start("run", Quickstart, "--engine", "akka", "--nodes", "2");
        run.AwaitError("cxltopo node --once");
        run.Signal(signal);

        Assert.Equal(code, run.End(15));
    }

    [Fact]
    public void Run_StoppedOnItsWay_WritesPartialResultsAndFreesTheNodes()
    {
        (Cxltopo node, string address) = Cxltopo.Node();
        using Cxltopo ends = node;
        using var run = Cxltopo.Start("run", Endless(), "-q", "-o", "json", "--engine", "akka", "--nodes", "2", "--seed-node", address);
        node.AwaitError("runs share 1 of 2");
        Thread.Sleep(500);
        run.Signal("INT");

        Assert.Equal(130, run.End(20));
        Assert.True(Report(run)["partial"].GetBoolean());
        Assert.Equal("stopped", Report(run)["outcome"].GetString());
        node.AwaitError("the run is over");
        node.Signal("TERM");
        Assert.Equal(0, node.End(20));
    }

    [Fact]
    public void Node_StoppedOnItsWay_EndsTheRunWithAllThatThereIs()
    {
        (Cxltopo node, string address) = Cxltopo.Node();
        using Cxltopo ends = node;
        using var run = Cxltopo.Start("run", Endless(), "-q", "-o", "json", "--engine", "akka", "--nodes", "2", "--seed-node", address);
        node.AwaitError("runs share 1 of 2");
        Thread.Sleep(500);
        node.Signal("TERM");

        Assert.Equal((0, 70), (node.End(20), run.End(20)));
        Assert.Contains($"node 1 ({address}) was told to stop, and the run with it.", run.Error, StringComparison.Ordinal);
        Assert.Equal("stopped", Report(run)["outcome"].GetString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public void Node_KilledAtARandomMoment_IsReportedWithWhatItHeld(int seed)
    {
        (Cxltopo node, string address) = Cxltopo.Node();
        using Cxltopo ends = node;
        using var run = Cxltopo.Start("run", Endless(), "-q", "--out", Path.Combine(folder, "out"), "--engine", "akka", "--nodes", "2", "--seed-node", address);
        node.AwaitError("runs share 1 of 2");
        Thread.Sleep(new Random(seed).Next(1500));
        node.Signal("KILL");

        Assert.Equal(70, run.End(20));
        string report = File.ReadAllText(Path.Combine(folder, "out", "run.json"));
        using var json = JsonDocument.Parse(report);
        Assert.True(json.RootElement.GetProperty("partial").GetBoolean());
        string failure = json.RootElement.GetProperty("failures")[0].GetString()!;
        Assert.Matches($@"^Node 1 \({address}\) is lost: .+\. It held \d+ components? \(.+\) with \d+ actors; simulated time had come to [\d.,]+ us\.$", failure);
        Assert.Contains("the run was broken off: " + failure, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Node_KilledBeforeTheRun_HangsNothing(int seed)
    {
        (Cxltopo node, string address) = Cxltopo.Node();
        using Cxltopo ends = node;
        using var run = Cxltopo.Start("run", Endless(), "-q", "-o", "json", "--engine", "akka", "--nodes", "2", "--seed-node", address, "--join-timeout", "4s");
        Thread.Sleep(new Random(seed).Next(2000));
        node.Signal("KILL");

        Assert.Contains(run.End(30), (int[])[5, 70]);
    }

    [Fact]
    public void Node_KilledInARunThatRestarts_DoesNotChangeTheResult()
    {
        using var one = Cxltopo.Start("run", Quickstart, "-q", "-o", "json");
        one.End();
        (Cxltopo first, string address) = Cxltopo.Node();
        using Cxltopo ends = first;
        using var second = Cxltopo.Start("node", "--seed-node", address);
        second.AwaitError("joined");
        using var run = Cxltopo.Start("run", Quickstart, "-q", "-o", "json", "--engine", "akka", "--nodes", "3", "--seed-node", address, "--on-node-loss", "restart", "--join-timeout", "8s");
        second.AwaitError("runs share");
        second.Signal("KILL");

        Assert.Equal(0, run.End(80));
        Assert.Contains("Starting again from the seed", run.Error, StringComparison.Ordinal);
        Assert.Equal(Report(one)["digest"].GetString(), Report(run)["digest"].GetString());
        Assert.False(Report(run)["partial"].GetBoolean());
    }

    [Fact]
    public void Coordinator_Killed_LeavesTheNodeReadyForTheNextRun()
    {
        (Cxltopo node, string address) = Cxltopo.Node();
        using Cxltopo ends = node;
        using (var run = Cxltopo.Start("run", Endless(), "-q", "--engine", "akka", "--nodes", "2", "--seed-node", address))
        {
            node.AwaitError("runs share 1 of 2");
            run.Signal("KILL");
        }

        node.AwaitError("says nothing any more: waiting for other runs");
        using var next = Cxltopo.Start("run", Quickstart, "-q", "-o", "json", "--until", "10us", "--engine", "akka", "--nodes", "2", "--seed-node", address);
        next.End();
        Assert.Equal("time limit", Report(next)["outcome"].GetString());
    }

    [Fact]
    public void Parent_Killed_TakesItsSpawnedNodesAlong()
    {
        using var run = Cxltopo.Start("run", Endless(), "--engine", "akka", "--nodes", "2", "--spawn");
        int child = 0;
        for (long until = Environment.TickCount64 + 20_000; child == 0 && Environment.TickCount64 < until; Thread.Sleep(50))
            child = File.ReadAllText($"/proc/{run.Id}/task/{run.Id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).FirstOrDefault();
        Assert.NotEqual(0, child);
        run.Signal("KILL");

        for (long until = Environment.TickCount64 + 30_000; Directory.Exists($"/proc/{child}") && Environment.TickCount64 < until;)
            Thread.Sleep(100);
        Assert.False(Directory.Exists($"/proc/{child}"));
    }

    [Fact]
    public void Run_WithTlsASecretAndADiscoveryFile_GivesWhatItGivesWithout()
    {
        string certificate = Certificate(out string trusted);
        string secret = Path.Combine(folder, "secret");
        File.WriteAllText(secret, "a secret of enough bytes\n");
        string[] protection = ["--certificate", certificate, "--secret-file", secret];
        (string, string)[] trust = [("SSL_CERT_FILE", trusted)];
        using var node = Cxltopo.Start(trust, ["node", "--listen", "127.0.0.1:0", .. protection]);
        string address = node.AwaitError("listening on ").Split("listening on ")[1].Split(',')[0];
        string discovery = Path.Combine(folder, "discovery.conf");
        File.WriteAllText(discovery, $$"""akka.discovery.config.services { cxltopo { endpoints = ["{{address}}"] } }""");
        using var plain = Cxltopo.Start("run", Quickstart, "-q", "-o", "json", "--until", "10us");
        using var run = Cxltopo.Start(trust, ["run", Quickstart, "-q", "-o", "json", "--until", "10us", "--engine", "akka", "--nodes", "2", "--discovery", discovery, .. protection]);

        Assert.Equal(plain.End(), run.End());
        Assert.Equal(Report(plain)["digest"].GetString(), Report(run)["digest"].GetString());
        Assert.DoesNotContain("a secret of", node.Error + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AgainstACertificateThatIsNotTrusted_DoesNotJoin()
    {
        string certificate = Certificate(out _);
        using var node = Cxltopo.Start("node", "--certificate", certificate);
        string address = node.AwaitError("listening on ").Split("listening on ")[1].Split(',')[0];
        using var run = Cxltopo.Start("run", Quickstart, "-q", "--engine", "akka", "--nodes", "2", "--seed-node", address, "--certificate", certificate, "--join-timeout", "4s");

        Assert.Equal(5, run.End());
        Assert.Contains($"The cluster of {address} was not joined.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nodes 2 needs --engine akka", "run", "FILE", "--nodes", "2")]
    [InlineData("--nodes 1: 2 to 64 are possible", "run", "FILE", "--nodes", "1", "--engine", "akka")]
    [InlineData("--nodes 65: 2 to 64 are possible", "run", "FILE", "--nodes", "65", "--engine", "akka")]
    [InlineData("--spawn is for a run over several nodes", "run", "FILE", "--spawn")]
    [InlineData("--listen is for a run over several nodes", "run", "FILE", "--listen", "127.0.0.1:1")]
    [InlineData("--workers 2: each of the 2 nodes runs one partition", "run", "FILE", "--nodes", "2", "--engine", "akka", "--workers", "2")]
    [InlineData("standard input is not passed on", "run", "-", "--nodes", "2", "--engine", "akka")]
    [InlineData("--seed-node here: HOST:PORT is expected", "node", "--seed-node", "here")]
    [InlineData("needs a certificate (TLS) and a shared secret", "node", "--listen", "10.0.0.1:1")]
    [InlineData("names no address that other nodes could call", "node", "--listen", "0.0.0.0:1")]
    [InlineData("--secret-file /nowhere/secret: Could not find", "node", "--secret-file", "/nowhere/secret")]
    [InlineData("--join-timeout 5: a time with its unit", "node", "--join-timeout", "5")]
    public void CommandLine_ThatIsWrong_SaysHow(string message, params string[] args)
    {
        using var wrong = Cxltopo.Start([.. args.Select(a => a == "FILE" ? Quickstart : a)]);

        Assert.Equal(2, wrong.End());
        Assert.Contains(message, wrong.Error, StringComparison.Ordinal);
    }

    private static Dictionary<string, JsonElement> Report(Cxltopo run) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(run.Output)!;

    // The quickstart with accesses enough for minutes.
    private string Endless()
    {
        string path = Path.Combine(folder, "endless.yaml");
        string text = File.ReadAllText(Quickstart).Replace("trace: traces/ls.lackey.gz, outstanding: 16", "pattern: random, outstanding: 16, count: 100_000_000", StringComparison.Ordinal);
        Assert.Contains("100_000_000", text, StringComparison.Ordinal);
        File.WriteAllText(path, text);
        return path;
    }

    private string Certificate(out string trusted)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=cxltopo.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("cxltopo.test");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        trusted = Path.Combine(folder, "trusted.pem");
        File.WriteAllText(trusted, certificate.ExportCertificatePem());
        string path = Path.Combine(folder, "node.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx));
        return path;
    }
}
