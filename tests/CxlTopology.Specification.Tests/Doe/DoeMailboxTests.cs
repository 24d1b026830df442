namespace CxlTopology.Specification.Tests;

public sealed class DoeMailboxTests
{
    // Vendor 0x1234, type 0x56, three dwords, and what is echoed: 0 dwords in front of it.
    private static readonly uint[] echo = [0x0056_1234, 3, 0];

    private readonly DoeMailbox mailbox = new([new EchoProtocol()], interruptMessageNumber: 5, requestDwordsMax: 8);

    [Fact]
    public void Capability_WithInterrupt_SaysWhich()
    {
        Assert.Equal(0x0000_000Bu, mailbox.Read(0x04));
        Assert.Equal(0u, new DoeMailbox([]).Read(0x04));
        Assert.Equal(0x0000_0FFFu, new DoeMailbox([], interruptMessageNumber: 2047).Read(0x04));
    }

    [Fact]
    public void Exchange_WellFormed_AnswersAndGoesIdle() => Assert.Equal(echo, DoeDriver.Exchange(mailbox, echo));

    [Fact]
    public void Exchange_TwoInARow_AreIndependent()
    {
        DoeDriver.Exchange(mailbox, echo);
        Assert.Equal([0x0056_1234, 5, 0, 0, 2], DoeDriver.Exchange(mailbox, [0x0056_1234, 3, 2]));
        Assert.Equal(2ul, mailbox.Exchange);
    }

    [Fact]
    public void Go_BeforeCompletion_IsBusyAndPending()
    {
        DoeDriver.Submit(mailbox, echo);
        Assert.True(mailbox.Pending);
        Assert.Equal(DoeDriver.Busy, mailbox.Read(0x0C));
        Assert.Equal(0u, mailbox.Read(0x08));
    }

    [Fact]
    public void Go_InReservedBitsOfTheHeader_IsNotMisled()
    {
        Assert.Equal(echo, DoeDriver.Exchange(mailbox, [0xFF56_1234, 0xFFFC_0003, 0]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(0)]
    [InlineData(0x20003)]
    public void Request_OfAnotherLengthThanItsHeader_IsDiscardedSilently(uint length) =>
        AssertDiscarded([0x0056_1234, length, 0]);

    [Fact]
    public void Request_WithoutAWholeHeader_IsDiscardedSilently()
    {
        AssertDiscarded([]);
        AssertDiscarded([0x0056_1234]);
    }

    [Fact]
    public void Request_OfAnUnknownProtocol_IsDiscardedSilently()
    {
        AssertDiscarded([0x0057_1234, 3, 0]);
        AssertDiscarded([0x0056_1235, 3, 0]);
    }

    [Fact]
    public void Request_ItsProtocolDiscards_LeadsToNothing() => AssertDiscarded([0x0056_1234, 2]);

    [Fact]
    public void Request_AfterADiscardedOne_IsAnswered()
    {
        AssertDiscarded([1, 2, 3]);
        Assert.Equal(echo, DoeDriver.Exchange(mailbox, echo));
    }

    [Fact]
    public void Request_LongerThanTheBound_IsAnError()
    {
        for (int i = 0; i < 8; i++)
            mailbox.Write(0x10, 0);
        Assert.Equal(0u, mailbox.Read(0x0C));
        mailbox.Write(0x10, 0);
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
    }

    [Fact]
    public void Request_OfTheWholeLength_HasLengthZeroInItsHeader()
    {
        DoeMailbox large = new([new EchoProtocol()], requestDwordsMax: DoeObject.DwordsMax);
        uint[] request = new uint[DoeObject.DwordsMax];
        request[0] = 0x0056_1234;
        DoeDriver.Submit(large, request);
        large.Complete();
        Assert.True(large.Ready);
        large.Write(0x14, 0);
        Assert.Equal(0u, large.Read(0x14));
    }

    [Fact]
    public void Response_LongerThanAnObject_IsAnError()
    {
        DoeDriver.Submit(mailbox, [0x0056_1234, 3, DoeObject.DwordsMax - 2]);
        mailbox.Complete();
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
    }

    [Fact]
    public void Response_OfTheWholeLength_IsReady()
    {
        DoeDriver.Submit(mailbox, [0x0056_1234, 3, DoeObject.DwordsMax - 3]);
        mailbox.Complete();
        Assert.Equal(DoeDriver.Ready, mailbox.Read(0x0C));
    }

    [Fact]
    public void Write_WhileBusy_IsAnError()
    {
        DoeDriver.Submit(mailbox, echo);
        mailbox.Write(0x10, 1);
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
        Assert.False(mailbox.Complete());
    }

    [Fact]
    public void Go_WhileBusy_IsAnError()
    {
        DoeDriver.Submit(mailbox, echo);
        mailbox.Write(0x08, DoeDriver.Go);
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
    }

    [Fact]
    public void Go_BeforeTheResponseWasRead_IsAnError()
    {
        DoeDriver.Submit(mailbox, echo);
        mailbox.Complete();
        DoeDriver.Submit(mailbox, echo);
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
    }

    [Fact]
    public void Advance_WithNothingThere_IsAnUnderflow()
    {
        mailbox.Write(0x14, 0);
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
    }

    [Fact]
    public void Read_WithNothingThere_IsAnUnderflow()
    {
        Assert.Equal(0u, mailbox.Read(0x14));
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
    }

    [Fact]
    public void Read_WithNothingThere_IsHarmlessIfAskedFor()
    {
        DoeMailbox lenient = new([]) { ErrorOnEmptyRead = false };
        Assert.Equal(0u, lenient.Read(0x14));
        Assert.Equal(0u, lenient.Read(0x0C));
    }

    [Fact]
    public void Peek_WithNothingThere_ChangesNothing()
    {
        Assert.Equal(0u, mailbox.Peek(0x14));
        Assert.Equal(0u, mailbox.Read(0x0C));
    }

    [Fact]
    public void Read_OfTheResponse_DoesNotAdvance()
    {
        DoeDriver.Submit(mailbox, echo);
        mailbox.Complete();
        Assert.Equal((echo[0], echo[0]), (mailbox.Read(0x14), mailbox.Read(0x14)));
    }

    [Fact]
    public void Error_UntilAborted_NothingElseIsDone()
    {
        mailbox.Write(0x14, 0);
        DoeDriver.Submit(mailbox, echo);
        Assert.False(mailbox.Pending);
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
        mailbox.Write(0x08, DoeDriver.Abort);
        Assert.Equal(0u, mailbox.Read(0x0C));
        Assert.Equal(echo, DoeDriver.Exchange(mailbox, echo));
    }

    [Fact]
    public void Abort_HalfWrittenRequest_IsForgotten()
    {
        mailbox.Write(0x10, 77);
        mailbox.Write(0x08, DoeDriver.Abort);
        Assert.Equal(echo, DoeDriver.Exchange(mailbox, echo));
    }

    [Fact]
    public void Abort_WhileBusy_IsIdle()
    {
        DoeDriver.Submit(mailbox, echo);
        mailbox.Write(0x08, DoeDriver.Abort);
        Assert.Equal(0u, mailbox.Read(0x0C));
        Assert.False(mailbox.Complete());
    }

    [Fact]
    public void Abort_HalfReadResponse_IsForgotten()
    {
        DoeDriver.Submit(mailbox, echo);
        mailbox.Complete();
        mailbox.Write(0x14, 0);
        mailbox.Write(0x08, DoeDriver.Abort);
        Assert.Equal(0u, mailbox.Read(0x0C));
        Assert.Equal(echo, DoeDriver.Exchange(mailbox, echo));
    }

    [Fact]
    public void Abort_TogetherWithGo_Aborts()
    {
        mailbox.Write(0x10, echo[0]);
        mailbox.Write(0x08, DoeDriver.Abort | DoeDriver.Go | DoeDriver.InterruptEnable);
        Assert.False(mailbox.Pending);
        Assert.Equal(DoeDriver.InterruptEnable, mailbox.Read(0x08));
    }

    [Fact]
    public void Complete_OfAnAbortedExchange_LeavesTheNextAlone()
    {
        DoeDriver.Submit(mailbox, echo);
        ulong aborted = mailbox.Exchange;
        mailbox.Write(0x08, DoeDriver.Abort);
        DoeDriver.Submit(mailbox, echo);
        Assert.False(mailbox.Complete(aborted));
        Assert.True(mailbox.Pending);
        Assert.True(mailbox.Complete(mailbox.Exchange));
        Assert.Equal(echo, DoeDriver.Receive(mailbox));
    }

    [Fact]
    public void Interrupt_Enabled_ComesWithTheResponse()
    {
        mailbox.Write(0x08, DoeDriver.InterruptEnable);
        foreach (uint dword in echo)
            mailbox.Write(0x10, dword);
        mailbox.Write(0x08, DoeDriver.Go | DoeDriver.InterruptEnable);
        Assert.False(mailbox.TakeInterrupt());
        mailbox.Complete();
        Assert.Equal(DoeDriver.Ready | DoeDriver.InterruptStatus, mailbox.Read(0x0C));
        Assert.Equal((true, false), (mailbox.TakeInterrupt(), mailbox.TakeInterrupt()));
    }

    [Fact]
    public void Interrupt_Enabled_ComesWithAnError()
    {
        mailbox.Write(0x08, DoeDriver.InterruptEnable);
        mailbox.Write(0x14, 0);
        Assert.Equal(DoeDriver.Error | DoeDriver.InterruptStatus, mailbox.Read(0x0C));
        Assert.True(mailbox.TakeInterrupt());
    }

    [Fact]
    public void Interrupt_StatusNotCleared_DoesNotComeAgain()
    {
        mailbox.Write(0x08, DoeDriver.InterruptEnable);
        mailbox.Write(0x14, 0);
        mailbox.TakeInterrupt();
        mailbox.Write(0x08, DoeDriver.InterruptEnable | DoeDriver.Abort);
        mailbox.Write(0x14, 0);
        Assert.False(mailbox.TakeInterrupt());
        mailbox.Write(0x0C, DoeDriver.InterruptStatus);
        Assert.Equal(DoeDriver.Error, mailbox.Read(0x0C));
        mailbox.Write(0x08, DoeDriver.InterruptEnable | DoeDriver.Abort);
        mailbox.Write(0x14, 0);
        Assert.True(mailbox.TakeInterrupt());
    }

    [Fact]
    public void Interrupt_NotEnabledOrNotSupported_DoesNotCome()
    {
        mailbox.Write(0x14, 0);
        Assert.Equal((DoeDriver.Error, false), (mailbox.Read(0x0C), mailbox.TakeInterrupt()));
        DoeMailbox mute = new([]);
        mute.Write(0x08, DoeDriver.InterruptEnable);
        mute.Write(0x14, 0);
        Assert.Equal((DoeDriver.Error, false), (mute.Read(0x0C), mute.TakeInterrupt()));
    }

    [Fact]
    public void Reset_WhileBusyWithInterrupts_IsAsNew()
    {
        mailbox.Write(0x08, DoeDriver.InterruptEnable);
        mailbox.Write(0x14, 0);
        mailbox.Reset();
        Assert.Equal((0u, 0u, false), (mailbox.Read(0x08), mailbox.Read(0x0C), mailbox.TakeInterrupt()));
        Assert.Equal(echo, DoeDriver.Exchange(mailbox, echo));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0x18)]
    [InlineData(6)]
    [InlineData(-4)]
    public void Access_WhereThereIsNoRegister_Throws(int offset)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => mailbox.Read(offset));
        Assert.Throws<ArgumentOutOfRangeException>(() => mailbox.Peek(offset));
        Assert.Throws<ArgumentOutOfRangeException>(() => mailbox.Write(offset, 0));
    }

    [Fact]
    public void Constructor_WhatCannotBe_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new DoeMailbox([new EchoProtocol(), new EchoProtocol()]));
        Assert.Throws<ArgumentException>(() => new DoeMailbox([new EchoProtocol(1, 0)]));
        Assert.Throws<ArgumentException>(() => new DoeMailbox([.. Enumerable.Range(0, 256).Select(i => new EchoProtocol(2, (byte)i))]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DoeMailbox([], interruptMessageNumber: 2048));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DoeMailbox([], requestDwordsMax: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DoeMailbox([], requestDwordsMax: DoeObject.DwordsMax + 1));
    }

    [Theory]
    [InlineData(0x04)]
    [InlineData(0x08)]
    [InlineData(0x0C)]
    public void Write_AllOnesThenZeros_ChangesTheBitsOfTheTable(int offset)
    {
        uint before = mailbox.Read(offset);
        mailbox.Write(offset, uint.MaxValue);
        Assert.Equal(before | DoeCapabilityRegisters.Map.WritableAt(offset), mailbox.Read(offset));
        mailbox.Write(offset, 0);
        Assert.Equal(before, mailbox.Read(offset));
    }

    private void AssertDiscarded(uint[] request)
    {
        DoeDriver.Submit(mailbox, request);
        Assert.True(mailbox.Complete());
        Assert.Equal(0u, mailbox.Read(0x0C));
        Assert.False(mailbox.TakeInterrupt());
    }
}
