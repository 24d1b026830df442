namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>
/// What goes wrong outside of the actors, in one process: all end, the result says which process met what, and process 0 has the figures that there are.
/// </summary>
public sealed class BreakTests
{
    private const int Count = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Record_WithoutCodec_BreaksTheRun(int where) => Breaks(where, "InvariantException: A Version would cross to another process, and has no codec",
        reporter => reporter.OnBeat = self => self.SendRecord(new Version(1, 2)));

    [Fact]
    public void Record_ThatItsCodecCannotWrite_BreaksTheRun() => Breaks(1, "FormatException: unwritable",
        reporter => reporter.OnBeat = self => self.SendRecord(new Memo("write")), new StubbornCodec());

    [Fact]
    public void Record_ThatItsCodecCannotRead_BreaksTheRunWhereItIsRead() => Breaks(1, "FormatException: unreadable",
        reporter => reporter.OnBeat = self => self.SendRecord(new Memo("read")), metAt: 2, codecs: new StubbornCodec());

    [Fact]
    public void Record_ThatItsCodecReadsInPart_BreaksTheRunWhereItIsRead() => Breaks(1, "WireException: 5 bytes follow the end of a batch",
        reporter => reporter.OnBeat = self => self.SendRecord(new Memo("half")), metAt: 2, codecs: new StubbornCodec());

    [Fact]
    public void Chain_OfTooManyLines_BreaksTheRun() => Breaks(1, "InvariantException: A message carries more than 256 payload lines to another process",
        reporter => reporter.OnBeat = self => self.SendLines(257));

    [Fact]
    public void Chain_OfAsManyLinesAsCanCross_DoesNot() =>
        Assert.All(Run(1, reporter => reporter.OnBeat = self => self.SendLines(256)), result => Assert.Equal((RunOutcome.Idle, null), (result.Outcome, result.Broken)));

    [Fact]
    public void Messages_MoreThanTheReceiverCanHold_BreakTheRun() => Breaks(1, "SimulationLimitException: More than 256 messages are in use at once",
        reporter => reporter.OnBeat = self => self.SendMany(300), metAt: 2, messagesMaxOf: self => self == 2 ? 256 : 4096);

    [Fact]
    public void Lines_MoreThanTheReceiverCanHold_BreakTheRun() => Breaks(1, "SimulationLimitException: More than 256 payload lines are in use at once",
        reporter => reporter.OnBeat = self =>
        {
            self.SendLines(200);
            self.SendLines(200);
        }, metAt: 2, linesMaxOf: self => self == 2 ? 256 : 4096);

    [Fact]
    public void Handler_ThatMeetsALimit_FailsTheRunAsInOneProcess()
    {
        RunResult[] results = Run(1, reporter => reporter.OnBeat = self => self.SendMany(2_000), messagesMaxOf: _ => 512);

        Assert.All(results, result =>
        {
            Assert.Equal((RunOutcome.Failed, null), (result.Outcome, result.Broken));
            Assert.Equal("reporter1", Assert.Single(result.Failures).Path);
            Assert.True(result.Failures[0].Is<SimulationLimitException>());
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void State_ThatCannotBeAddedToTheDigest_BreaksTheRun(int where) => Breaks(where, "FormatException: no state", Throwing((r, throwing) => r.OnAppend = throwing));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void State_ThatCannotBeWritten_BreaksTheRun(int where) => Breaks(where, "FormatException: no state", Throwing((r, throwing) => r.OnSave = throwing));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void State_ThatCannotBeTakenOver_BreaksTheRun(int where)
    {
        RunResult[] results = Run(where, Throwing((reporter, throwing) => reporter.OnLoad = throwing));

        Assert.All(results, result => Assert.Contains($"The state of process {where} could not be taken in: no state", result.Broken!, StringComparison.Ordinal));
        Assert.Equal(Count * 30, results[0].Events);
    }

    [Fact]
    public void Run_AfterItBroke_EndsAtOnceOnEveryProcess()
    {
        RunResult[][] results = Company.Run(Count, peers =>
        {
            Simulation simulation = Build(peers, 1, reporter => reporter.OnBeat = self => self.SendRecord(new Version(1, 2)));
            return new[] { simulation.Run(), simulation.Run() };
        });

        Assert.All(results, runs =>
        {
            Assert.Equal(RunOutcome.Failed, runs[1].Outcome);
            Assert.Equal(runs[0].Broken, runs[1].Broken);
            Assert.Equal(runs[0].Events, runs[1].Events);
        });
    }

    private static void Breaks(
        int where, string what, Action<Reporter> arrange, RecordCodec? codecs = null, int? metAt = null, Func<int, int>? messagesMaxOf = null, Func<int, int>? linesMaxOf = null)
    {
        RunResult[] results = Run(where, arrange, codecs, messagesMaxOf, linesMaxOf);

        Assert.All(results, result =>
        {
            Assert.Equal(RunOutcome.Failed, result.Outcome);
            Assert.StartsWith($"Process {metAt ?? where} met {what}", result.Broken!, StringComparison.Ordinal);
            Assert.Empty(result.Failures);
        });
        Assert.InRange(results[0].Events, 3 * 9, (Count * 31) + 300); // partial figures, of all processes
    }

    private static RunResult[] Run(
        int where, Action<Reporter> arrange, RecordCodec? codec = null, Func<int, int>? messagesMaxOf = null, Func<int, int>? linesMaxOf = null) =>
        Company.Run(Count, peers => Build(peers, where, arrange, codec, messagesMaxOf, linesMaxOf).Run());

    private static Simulation Build(
        ThreadPeers peers, int where, Action<Reporter> arrange, RecordCodec? codec = null, Func<int, int>? messagesMaxOf = null, Func<int, int>? linesMaxOf = null)
    {
        var simulation = new Simulation(new SimulationOptions
        {
            Peers = peers,
            OwnerOf = place => place,
            RecordCodecs = codec is null ? [] : [codec],
            MessagesMax = messagesMaxOf?.Invoke(peers.Self) ?? 1 << 24,
            PayloadLinesMax = linesMaxOf?.Invoke(peers.Self) ?? 1 << 24,
        });
        var reporters = new Reporter[Count];
        for (int i = 0; i < Count; i++)
            simulation.Add("reporter" + i, reporters[i] = new Reporter());
        for (int i = 0; i < Count; i++)
            reporters[i].Out = simulation.Connect(reporters[i], reporters[(i + 1) % Count], 0, SimDuration.FromNanoseconds(10));
        arrange(reporters[where]);
        return simulation;
    }

    private static Action<Reporter> Throwing(Action<Reporter, Action> hook) => reporter => hook(reporter, () => throw new FormatException("no state"));

    private sealed record Memo(string Text);

    /// <summary>A codec with faults, by what the record says.</summary>
    private sealed class StubbornCodec() : RecordCodec(3, typeof(Memo))
    {
        public override void Write(object record, WireBuffer to)
        {
            string text = ((Memo)record).Text;
            if (text == "write")
                throw new FormatException("unwritable");
            to.WriteText(text);
            to.WriteBytes("12345"u8);
        }

        public override object Read(ref WireReader from)
        {
            string text = from.ReadText();
            return text == "half" ? new Memo(text) : throw new FormatException("unreadable"); // the rest stays
        }
    }
}
