using System.Text;
using static CxlTopology.Simulation.Tests.Processes.BatchForm;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Bytes that are not what this version writes are refused, each with a message that says what was wrong.</summary>
public sealed class WireRefusalTests
{
    private const int Desk = 1;
    private const int SetAside = 2;
    private const int Sender = 3;
    private const int Parent = 4;
    private const int Child = 5;
    private const int Boss = 6;
    private const int Minion = 7;
    private const byte Kind = Message.FirstModelKind;
    private const byte Papers = 7;

    [Fact]
    public void Message_WrittenByHand_Arrives()
    {
        byte[] papers = [.. BitConverter.GetBytes(77UL), 2, 0, 0, 0, .. "me"u8];
        var office = new Office(new ScriptedPeers(Window(
            Message(Sender, Desk, Kind), Carrying(Sender, Desk, Kind, Message.HasLines, Lines(2, 2)), Carrying(Sender, Desk, Kind, Message.HasRecord, Record(Papers, papers)))));

        RunResult result = office.Simulation.Run();

        Assert.Null(result.Broken);
        Assert.Equal([50, 50, 50], office.Desk.Times.Select(t => t.TotalNanoseconds));
        Assert.Equal((Desk, SetAside, Sender, Parent, Child, Boss, Minion), (
            office.Desk.Id, office.SetAside, office.Sender.Id, office.Parent.Id, office.Child.Id, office.Boss.Id, office.Minion.Id));
    }

    [Fact]
    public void Report_WrittenByHand_IsDecidedAbout()
    {
        var office = new Office(new ScriptedPeers(Window(Report(Child, Parent, Failure(Child)))));

        Assert.Null(office.Simulation.Run().Broken);
        Assert.Equal("of another process", Assert.Single(office.Parent.Asked).Reason);
    }

    [Fact]
    public void Directive_WrittenByHand_IsFollowed()
    {
        var office = new Office(new ScriptedPeers(Window(Message(Boss, Minion, 2, (ArgumentWord, (uint)SupervisionDirective.Restart)))));

        Assert.Null(office.Simulation.Run().Broken);
        Assert.Equal(1, office.Minion.Restarts);
    }

    [Fact]
    public void Batch_OfAnotherVersion_IsRefused() => Throws(
        [9, .. Window()[1..]], "Process 1 writes version 9 of the batches, this one version 1: all must run the same build.");

    [Fact]
    public void Batch_OfUnknownKind_IsRefused() => Throws([1, 55, .. Window()[2..]], "Process 1 sent a batch of kind 55 where one of kind 1 was due.");

    [Theory]
    [InlineData(3)]
    [InlineData(255)]
    public void Batch_WithUnknownFlags_IsRefused(byte flags) => Throws(Head(flags).Written.ToArray(), $"Process 1 sent a batch with flags {flags} and times");

    [Fact]
    public void Batch_WithANegativeMinimum_IsRefused() => Throws(Head(earliest: -1).Written.ToArray(), "flags 0 and times -1 and 9223372036854775807 fs");

    [Fact]
    public void Batch_WithANegativeEnd_IsRefused() => Throws(Head(failedUntil: long.MinValue).Written.ToArray(), "and -9223372036854775808 fs");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(18)]
    public void Batch_CutInItsHead_IsRefused(int length) => Throws(Window()[..length], $"A batch ends after {length} bytes, where ");

    [Fact]
    public void Batch_CutBeforeItsCount_IsRefused() => Breaks(Window()[..28], "A batch ends after 28 bytes, where 4 more should follow byte 27.");

    [Fact]
    public void Batch_OfABrokenProcessCutInItsReason_IsRefused()
    {
        WireBuffer batch = Head(flags: 2);
        batch.WriteInt32(100);
        Throws(batch.Written.ToArray(), "A batch ends after 23 bytes, where 100 more should follow byte 23.");
    }

    [Fact]
    public void Batch_OfABrokenProcessWithAnEndlessReason_IsRefused()
    {
        WireBuffer batch = Head(flags: 2);
        batch.WriteInt32(int.MaxValue);
        Throws(batch.Written.ToArray(), "A count is 2147483647 at byte 19; 0 to 1048576 are possible.");
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(-1, 1)]
    [InlineData(int.MinValue, 1)]
    public void Count_BeyondWhatTheBytesHold_IsRefused(int count, int max) =>
        Breaks(Window(0, count, Message(Sender, Desk, Kind)), $"A count is {count} at byte 27; 0 to {max} are possible.");

    [Fact]
    public void Batch_WithMoreBytesThanItsMessages_IsRefused() => Breaks(Window(0, 1, Message(Sender, Desk, Kind), [1, 2, 3]), "3 bytes follow the end of a batch.");

    [Fact]
    public void Message_CutInItsWords_IsRefused() => Breaks(Window(Message(Sender, Desk, Kind)[..^1]), "A batch ends after 48 bytes, where 16 more should follow byte 33.");

    [Fact]
    public void Message_WithAnUnknownPart_IsRefused() => Breaks(Window(Message(Sender, Desk, Kind, (NextWord, 1))), "A message has a part that this version does not know.");

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(15)]
    public void Message_OfAKindThatDoesNotCross_IsRefused(byte kind) =>
        Breaks(Window(Message(Sender, Desk, kind, (KindWord, kind | 0x100u))), $"A message from process 1 is of kind {kind}, which does not cross.");

    [Theory]
    [InlineData(Child)]
    [InlineData(Sender)]
    [InlineData(SetAside)]
    [InlineData(8)]
    [InlineData(-1)]
    public void Message_ToAnActorThatIsNotHere_IsRefused(int actor) =>
        Breaks(Window(Message(Sender, actor, Kind)), $"A message from process 1 goes to actor {actor}, which is not here.");

    [Fact]
    public void Message_WithoutDestination_IsRefused() => Breaks(Window(Message(Sender, 0, Kind)), "A message from process 1 goes to actor 0, which is not here.");

    [Theory]
    [InlineData(Desk)]
    [InlineData(Minion)]
    [InlineData(8)]
    [InlineData((1 << 24) - 1)]
    [InlineData(0)]
    public void Message_FromAnActorThatIsNotThere_IsRefused(int actor) =>
        Breaks(Window(Message(actor, Desk, Kind)), $"A message from process 1 comes from actor {actor}, which is not there.");

    [Fact]
    public void Message_BeforeItsBatch_IsRefused() => Breaks(Window(1_000, Message(Sender, Desk, Kind, (1, 0x8000_0000))), "fs after the batch's time, which is out of range.");

    [Fact]
    public void Message_PastTheEndOfTime_IsRefused() =>
        Breaks(Window(long.MaxValue - 1_000, Message(Sender, Desk, Kind)), "A message from process 1 is due 50000000 fs after the batch's time, which is out of range.");

    [Fact]
    public void Message_OfABatchBeforeTime_IsRefused() => Breaks(
        Window(-60_000_000, Message(Sender, Desk, Kind)), "is due 50000000 fs after the batch's time, which is out of range.");

    [Fact]
    public void Message_ForATimeThatIsOver_IsRefused()
    {
        // The first message takes the process to the end of its window, at 60 ns; the second is due at 50.
        byte[] message = Message(Sender, Desk, Kind);
        byte[] later = Message([(TimeWord, 40_000_000), .. (ReadOnlySpan<(int, uint)>)[(KeyHighWord, Sender << 8), (DestinationWord, Desk), (KindWord, Kind)]]);

        Breaks([Window(message), Window(), Window(later)], "A message from process 1 is due at 40ns, which is over: everything before ");
    }

    [Theory]
    [InlineData(Message.HasLines)]
    [InlineData(Message.HasRecord)]
    public void Message_WithoutThePayloadOfItsFlags_IsRefused(int flags) =>
        Breaks(Window(Message(Sender, Desk, Kind, (FlagsWord, (uint)flags))), $"A message of kind 16 has flags 0x{flags:x4}, which its payload does not fit.");

    [Fact]
    public void Message_WithAPayloadAgainstItsFlags_IsRefused() =>
        Breaks(Window(Carrying(Sender, Desk, Kind, 1, Lines(1, 1))), "A message of kind 16 has flags 0x0001, which its payload does not fit.");

    [Fact]
    public void Message_WithLinesAndARecord_IsRefused() =>
        Breaks(Window(Carrying(Sender, Desk, Kind, Message.HasLines | Message.HasRecord, Lines(1, 1))), "has flags 0xc000, which its payload does not fit.");

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    [InlineData(65_535)]
    public void Chain_OfAnImpossibleLength_IsRefused(int lines) =>
        Breaks(Window(Carrying(Sender, Desk, Kind, Message.HasLines, Lines((ushort)lines, 300))), $"A message has {lines} payload lines; 1 to 256 are possible.");

    [Fact]
    public void Chain_CutInItsLines_IsRefused() => Breaks(
        Window(Carrying(Sender, Desk, Kind, Message.HasLines, Lines(3, 2))), "where 192 more should follow");

    [Fact]
    public void Record_OfAnUnknownNumber_IsRefused() =>
        Breaks(Window(Carrying(Sender, Desk, Kind, Message.HasRecord, Record(200, [1, 2]))), "A control record is of number 200, which this version does not know.");

    [Theory]
    [InlineData(3)]
    [InlineData(1 << 30)]
    public void Record_LongerThanItsBatch_IsRefused(int length) =>
        Breaks(Window(Carrying(Sender, Desk, Kind, Message.HasRecord, Record(Papers, [1, 2], length))), $"where {length} more should follow");

    [Fact]
    public void Record_LongerThanAnyBatch_IsRefused() =>
        Breaks(Window(Carrying(Sender, Desk, Kind, Message.HasRecord, Record(Papers, [1, 2], (1 << 30) + 1))), "A count is 1073741825 at byte ");

    [Fact]
    public void Record_CutInItsContent_IsRefused() =>
        Breaks(Window(Carrying(Sender, Desk, Kind, Message.HasRecord, Record(Papers, [1, 2]))), "A batch ends after 2 bytes, where 8 more should follow byte 0.");

    [Fact]
    public void Record_WithMoreThanItsContent_IsRefused() => Breaks(
        Window(Carrying(Sender, Desk, Kind, Message.HasRecord, Record(Papers, [.. new byte[12], 1]))), "1 bytes follow the end of a batch.");

    [Fact]
    public void Failure_ThatIsNotReportedToAParent_IsRefused() => Breaks(
        Window(Carrying(Sender, Desk, Kind, Message.HasRecord, Record(0, Failure(Sender)))), "A message of kind 16 carries a failure; only reports to a parent do.");

    [Fact]
    public void Report_ToSomebodyElse_IsRefused() =>
        Breaks(Window(Report(Child, Desk, Failure(Child))), $"A message of kind 1 goes from actor {Child} to {Desk}: {Desk} is not the parent of {Child}.");

    [Theory]
    [InlineData(Sender)]
    [InlineData(-5)]
    [InlineData(int.MaxValue)]
    public void Report_OfSomebodyElsesFailure_IsRefused(int actor) =>
        Breaks(Window(Report(Child, Parent, Failure(actor))), $"Actor {Child} reports a failure, and does not say which.");

    [Fact]
    public void Report_WithoutRecord_IsRefused() => Breaks(Window(Message(Child, Parent, 1)), $"Actor {Child} reports a failure, and does not say which.");

    [Fact]
    public void Report_WithAnotherRecord_IsRefused() => Breaks(
        Window(Carrying(Child, Parent, 1, Message.HasRecord, Record(Papers, new byte[12]))), $"Actor {Child} reports a failure, and does not say which.");

    [Fact]
    public void Report_WithLines_IsRefused() => Breaks(
        Window(Carrying(Child, Parent, 1, Message.HasLines, Lines(1, 1))), $"Actor {Child} reports a failure, and does not say which.");

    [Fact]
    public void Report_WithAnUnknownDirective_IsRefused() => Breaks(Window(Report(Child, Parent, Failure(Child, directive: 4))), "A directive is 4; 0 to 3 are possible.");

    [Fact]
    public void Directive_OfSomebodyElse_IsRefused() => Breaks(
        Window(Message(Sender, Minion, 2, (ArgumentWord, 1))), $"A message of kind 2 goes from actor {Sender} to {Minion}: {Sender} is not the parent of {Minion}.");

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(uint.MaxValue)]
    public void Directive_ThatThereIsNot_IsRefused(uint directive) => Breaks(
        Window(Message(Boss, Minion, 2, (ArgumentWord, directive))), $"Actor {Minion} is given the directive {directive}, which this version does not know.");

    [Fact]
    public void Message_RefusedHalfWay_LeavesItsSlotFree()
    {
        var office = new Office(new ScriptedPeers(Window(Carrying(Sender, Desk, Kind, Message.HasLines, Lines(3, 2)))), messagesMax: 256);
        office.Minion.OnStarted = null;
        Assert.NotNull(office.Simulation.Run().Broken);

        for (uint i = 0; i < 256; i++)
            office.Simulation.Post(office.Desk, Actors.Probe.Make(i), SimTime.Zero);

        Assert.Throws<SimulationLimitException>(() => office.Simulation.Post(office.Desk, Actors.Probe.Make(0), SimTime.Zero));
    }

    [Theory]
    [InlineData(0, "it is of another version.")]
    [InlineData(41, "actor 99 has no counterpart here.")]
    [InlineData(36, "A count is 1660944384 at byte 33; 0 to 1048576 are possible.")]
    [InlineData(45, "A batch ends after 49 bytes, where 99 more should follow byte 49.")]
    public void State_ThatIsNotOne_BreaksTheRun(int at, string why)
    {
        byte[] state = EmptyState();
        state[at] = 99;

        RunResult result = new Office(new ScriptedPeers { State = state }).Simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains("The state of process 1 could not be taken in: " + why, result.Broken!, StringComparison.Ordinal);
    }

    private static byte[] Report(int from, int to, byte[] failure) => Carrying(from, to, 1, Message.HasRecord, Record(0, failure));

    private static void Breaks(byte[] window, string why) => Breaks([window], why);

    private static void Breaks(byte[][] windows, string why)
    {
        RunResult result = new Office(new ScriptedPeers(windows)).Simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.StartsWith("Process 0 met WireException: ", result.Broken ?? "", StringComparison.Ordinal);
        Assert.Contains(why, result.Broken!, StringComparison.Ordinal);
    }

    private static void Throws(byte[] window, string why) => Assert.Contains(
        why, Assert.Throws<WireException>(() => new Office(new ScriptedPeers(window)).Simulation.Run()).Message, StringComparison.Ordinal);
}
