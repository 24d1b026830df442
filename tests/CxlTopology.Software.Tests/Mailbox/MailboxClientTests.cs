using CxlTopology.Simulation;
using CxlTopology.Software.Tests.Enumeration;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Mailbox;

/// <summary>Commands through mailbox registers that answer as a test wants.</summary>
public sealed class MailboxClientTests
{
    private const ulong At = 0x4000;

    [Fact]
    public void Send_WithAPayload_HandsItOverAndTakesTheAnswer()
    {
        var registers = new Registers { Answer = [1, 2, 3, 4, 5, 6, 7, 8, 9] };
        byte[] answer = Send(registers, MailboxOpcode.GetLog, [10, 11, 12]);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], answer);
        Assert.Equal(((ulong)MailboxOpcode.GetLog | 3UL << 16, 0x0C0B0AUL), (registers.Command, registers.FirstWord));
    }

    [Fact]
    public void Send_ThatTakesAWhile_Polls()
    {
        var registers = new Registers { PollsUntilDone = 5 };
        Send(registers, MailboxOpcode.Identify);

        Assert.Equal(0, registers.PollsUntilDone);
    }

    [Fact]
    public void Send_WhileTheDoorbellIsSet_IsEBUSY() => Fails(new Registers { Doorbell = true, PollsUntilDone = int.MaxValue }, Errno.EBUSY, "doorbell");

    [Fact]
    public void Send_WithoutAnAnswer_IsETIMEDOUTAfterTwoSeconds()
    {
        var machine = new FakeMachine();
        Fails(new Registers { PollsUntilDone = int.MaxValue }, Errno.ETIMEDOUT, "2 s", machine);

        Assert.InRange(machine.Now.Femtoseconds, SimDuration.FromSeconds(2).Femtoseconds, SimDuration.FromMilliseconds(2011).Femtoseconds);
    }

    [Fact]
    public void Send_ToADeviceThatIsGone_IsENXIO() => Fails(new Registers { IsGone = true }, Errno.ENXIO, "0xffffffff");

    [Theory]
    [InlineData(MailboxReturnCode.InvalidPhysicalAddress, Errno.EFAULT)]
    [InlineData(MailboxReturnCode.InjectPoisonLimit, Errno.EBUSY)]
    [InlineData(MailboxReturnCode.Unsupported, Errno.ENXIO)]
    [InlineData(MailboxReturnCode.MediaDisabled, Errno.ENXIO)]
    public void Send_ThatTheDeviceRefuses_HasTheErrnoOfItsReturnCode(MailboxReturnCode code, Errno errno) => Fails(new Registers { Code = code }, errno, code.ToString());

    [Fact]
    public void Send_WithAPayloadThatIsTooLong_IsEINVAL()
    {
        ErrnoException error = Assert.Throws<ErrnoException>(() => { Send(new Registers(), MailboxOpcode.GetLog, new byte[257]); });

        Assert.Equal(Errno.EINVAL, error.Errno);
        Assert.Contains("256", error.Message, StringComparison.Ordinal);
    }

    private static void Fails(Registers registers, Errno errno, string part, FakeMachine? machine = null)
    {
        ErrnoException error = Assert.Throws<ErrnoException>(() => { Send(registers, MailboxOpcode.Identify, null, machine); });
        Assert.Equal(errno, error.Errno);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    private static byte[] Send(Registers registers, MailboxOpcode opcode, byte[]? input = null, FakeMachine? machine = null)
    {
        Task<byte[]> task = new MailboxClient(registers, machine ?? new FakeMachine(), At, 256).Send(opcode, input);
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    private sealed class Registers : IMmioBus
    {
        public byte[] Answer { get; init; } = [];

        public MailboxReturnCode Code { get; init; }

        public bool IsGone { get; init; }

        public bool Doorbell { get; set; }

        public int PollsUntilDone { get; set; }

        public ulong Command { get; private set; }

        public ulong FirstWord { get; private set; }

        public Task<ulong> ReadMmio(ulong address, int bytes = 4) => Task.FromResult(IsGone ? ulong.MaxValue : Read((int)(address - At)));

        public Task WriteMmio(ulong address, ulong value, int bytes = 4)
        {
            switch (address - At)
            {
                case 0x04:
                    Doorbell = (value & 1) != 0;
                    break;
                case 0x08:
                    Command = value;
                    break;
                case 0x20:
                    FirstWord = value;
                    break;
            }

            return Task.CompletedTask;
        }

        private ulong Read(int offset)
        {
            switch (offset)
            {
                case 0x04:
                    if (Doorbell && PollsUntilDone > 0)
                        PollsUntilDone--;
                    else
                        Doorbell = false;
                    return Doorbell ? 1UL : 0;
                case 0x08:
                    return (Command & 0xFFFF) | (ulong)Answer.Length << 16;
                case 0x10:
                    return (ulong)Code << 32;
                default:
                    byte[] word = new byte[8];
                    Answer.AsSpan(Math.Min(offset - 0x20, Answer.Length)).Slice(0, Math.Min(8, Answer.Length - Math.Min(offset - 0x20, Answer.Length))).CopyTo(word);
                    return BitConverter.ToUInt64(word);
            }
        }
    }
}
