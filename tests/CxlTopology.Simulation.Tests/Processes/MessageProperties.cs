using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>What is sent to another process arrives as it was sent, whatever it says and carries and whenever it is due; and takes few bytes.</summary>
public sealed class MessageProperties
{
    [Fact]
    public void Messages_OfAnyContent_ArriveAsTheyWereSent() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Letter.Any.NonEmptyListOf().ToArbitrary(), letters =>
        {
            Letter[] sent = [.. letters];
            List<(Letter Letter, long Time, int Source, ushort Port)> got = Send(sent, out _);

            Assert.Equal(sent.OrderBy(letter => letter.Delay), got.Select(g => g.Letter));
            Assert.All(got, g => Assert.Equal((g.Letter.Delay + Pair.Latency.Femtoseconds, 1, (ushort)513), (g.Time, g.Source, g.Port)));
        }));

    [Fact]
    public void Messages_OfEveryNumberOfLines_ArriveAsTheyWereSent()
    {
        Letter[] sent = [.. Enumerable.Range(0, 65).Select(lines => Plain with { Tag = (uint)lines, Lines = lines })];

        Assert.Equal(sent, Send(sent, out _).Select(g => g.Letter));
    }

    [Fact]
    public void Message_OfTheLastHourOfTime_Arrives()
    {
        Letter last = Plain with { Delay = long.MaxValue - (1L << 60) };

        Assert.Equal([last], Send([last], out _).Select(g => g.Letter));
    }

    // A read request of 64 bytes: kind, length and port, address, tag, agent, credits. Its answer: the same without an address, with a status or a line.
    [Theory]
    [InlineData("read request", 38)]
    [InlineData("answer with 64 bytes of data", 104)]
    [InlineData("completion of a write", 38)]
    [InlineData("poll without content", 22)]
    public void Message_OfATypicalExchange_TakesSoManyBytes(string what, int bytes)
    {
        Letter letter = what switch
        {
            "read request" => Plain with { Address = 0x12_3456_7840, Tag = 77, Agent = 5, Length = 1 },
            "answer with 64 bytes of data" => Plain with { Tag = 77, Agent = 5, Lines = 1, Length = 1, Credits = 1 },
            "completion of a write" => Plain with { Tag = 77, Agent = 5, Credits = 1, Status = 2 },
            _ => Plain,
        };
        Send([letter with { Delay = 0 }, letter with { Delay = 1_000 }], out int total);

        Assert.Equal((2 * bytes) - 4, total); // the first one is due at the batch's time: nothing need be said of it
    }

    private static Letter Plain { get; } = new(0, 0, 0, 0, Message.FirstModelKind, 0, 0, 0, 0, 0, 0, 0, null, 0);

    private static List<(Letter Letter, long Time, int Source, ushort Port)> Send(Letter[] letters, out int bytes)
    {
        int total = 0;
        List<(Letter, long, int, ushort)>[] got = Company.Run(2, peers =>
        {
            var simulation = new Simulation(new SimulationOptions { Peers = peers, OwnerOf = place => place, RecordCodecs = [new PapersCodec()] });
            var from = new Clerk();
            var to = new Clerk();
            simulation.Add("from", from);
            simulation.Add("to", to);
            Connection across = simulation.Connect(from, to, 513, Pair.Latency);
            from.OnStarted = clerk => Array.ForEach(letters, letter => letter.Send(clerk, across));
            RunResult result = simulation.Run();
            Assert.Equal((null, RunOutcome.Idle, 0), (result.Broken, result.Outcome, result.Failures.Count));
            Assert.Equal(letters.Length, result.Events);
            return to.Got;
        }, (_, to, exchange, batch) =>
        {
            if (to == 1 && exchange == 1 && BinaryPrimitives.ReadInt32LittleEndian(batch.Written[27..]) == letters.Length)
                total = batch.Length - BatchForm.HeadBytes;
        });
        bytes = total;
        return got[1];
    }
}
