using CxlTopology.Simulation.Tests.Actors;
using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>
/// Batches of another process that were changed on the way: refused with a <see cref="WireException"/>, or taken as other valid ones; never anything else, and never with more
/// memory than such a run needs.
/// </summary>
public sealed class WireFuzzTests
{
    private const int Cases = 1_000;
    private const long BytesMax = 4 << 20;

    [Fact]
    public void Batches_OfRandomBytes_AreRefusedOrTaken() => Fuzz("random", mostly: true, (batch, random) =>
    {
        byte[] bytes = new byte[(int)random.Next(120)];
        Fill(bytes, 0, random);
        return bytes;
    });

    [Fact]
    public void Batches_OfRandomBytesAfterAGoodHead_AreRefusedOrTaken() => Fuzz("after the head", mostly: true, (batch, random) =>
    {
        byte[] bytes = [.. batch.AsSpan(0, BatchForm.HeadBytes), .. new byte[(int)random.Next(200)]];
        bytes[27] = (byte)random.Next(4);
        bytes[28] = bytes[29] = bytes[30] = 0;
        Fill(bytes, BatchForm.HeadBytes, random);
        return bytes;
    });

    [Fact]
    public void Batches_CutShort_AreRefused() => Fuzz("cut", mostly: true, (batch, random) => batch[..(int)random.Next((ulong)batch.Length)]);

    [Fact]
    public void Batches_WithFlippedBits_AreRefusedOrTaken() => Fuzz("flipped", mostly: false, (batch, random) =>
    {
        byte[] bytes = [.. batch];
        for (ulong flips = 1 + random.Next(4); flips > 0; flips--)
            bytes[(int)random.Next((ulong)bytes.Length)] ^= (byte)(1 << (int)random.Next(8));
        return bytes;
    });

    [Fact]
    public void Batches_WithWordsOfExtremes_AreRefusedOrTaken() => Fuzz("extremes", mostly: false, (batch, random) =>
    {
        byte[] bytes = [.. batch];
        int at = (int)random.Next((ulong)bytes.Length - 3);
        int value = (int)random.Next(6) switch { 0 => 0, 1 => -1, 2 => int.MaxValue, 3 => int.MinValue, 4 => 1 << 30, _ => 0x0101_0101 };
        BitConverter.TryWriteBytes(bytes.AsSpan(at), value);
        return bytes;
    });

    [Fact]
    public void Recording_Untouched_IsTaken()
    {
        var office = new Office(new ScriptedPeers(Recorded));

        Assert.Null(office.Simulation.Run().Broken);
        Assert.Equal(4, office.Desk.Tags.Count);
        Assert.Equal(1, office.Minion.Restarts);
        Assert.Single(office.Parent.Asked);
    }

    /// <summary>What process 0 of a run gets: plain messages, lines, a record, a report of a failure, a directive.</summary>
    private static byte[][] Recorded { get; } = Record();

    private static void Fuzz(string name, bool mostly, Func<byte[], RandomStream, byte[]> change)
    {
        int refused = 0;
        new Office(new ScriptedPeers(Recorded)).Simulation.Run(); // all code is there, and the bound below is of the run alone
        for (int i = 0; i < Cases; i++)
        {
            var random = new RandomStream((ulong)i, name);
            byte[][] windows = [.. Recorded];
            int which = (int)random.Next((ulong)windows.Length);
            windows[which] = change(windows[which], random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            string? why = RefusedBecause(windows);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(allocated < BytesMax, $"{name} {i}: {allocated:N0} bytes were allocated; {why}");
            Assert.True(why?.Contains("WireException", StringComparison.Ordinal) != false, $"{name} {i}: {why}");
            refused += why is null ? 0 : 1;
        }

        Assert.InRange(refused, mostly ? Cases * 9 / 10 : Cases / 10, mostly ? Cases : Cases * 9 / 10);
    }

    /// <summary>Null if all of it was taken.</summary>
    private static string? RefusedBecause(byte[][] windows)
    {
        var office = new Office(new ScriptedPeers(windows));
        try
        {
            RunResult result = office.Simulation.Run();
            // A batch may say of itself that its sender is broken, and give any text as the reason.
            return result.Broken is { } why && why.StartsWith("Process 0 met ", StringComparison.Ordinal) ? why : result.Failures.FirstOrDefault(f => f.Path == "desk")?.ToString();
        }
        catch (WireException exception)
        {
            return "WireException: " + exception.Message;
        }
    }

    private static void Fill(byte[] bytes, int from, RandomStream random)
    {
        for (int i = from; i < bytes.Length; i++)
            bytes[i] = random.Next(3) == 0 ? (byte)0 : (byte)random.Next(random.Next(2) == 0 ? 16UL : 256UL);
    }

    private static byte[][] Record()
    {
        var windows = new List<byte[]>();
        Company.Run(
            2,
            peers =>
            {
                var office = new Office(peers);
                office.Sender.OnStarted = sender =>
                {
                    sender.SendTag(office.ToDesk, 1);
                    Message lines = Probe.Make(2, 0xffff_0000_1234);
                    for (byte i = 0; i < 3; i++)
                        sender.Load(ref lines).Fill(i);
                    sender.Forward(ref lines, office.ToDesk);
                    Message papers = Probe.Make(3);
                    sender.Attach(ref papers, new Cargo.Papers(5, "sender"));
                    sender.Forward(ref papers, office.ToDesk);
                    sender.SendTag(office.ToDesk, 4, SimDuration.FromNanoseconds(45));
                };
                return office.Simulation.Run();
            },
            (from, to, exchange, batch) =>
            {
                if (to == 0 && batch.Length >= BatchForm.HeadBytes && batch.Written[1] == 1 && exchange > 0 && windows.Count == exchange - 1)
                    windows.Add(batch.Written.ToArray());
            });
        return [.. windows];
    }
}
