using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

public sealed class FirmwareProgramTests
{
    private const uint Commit = 0x200;
    private const uint Committed = 0x600;
    private const uint NotCommitted = 0xA00;
    private static readonly FirmwareWrite enable = new("mem0", [0, 1], RegisterSpace.DeviceDvsec, 0x0C, 6);
    private static readonly FirmwareWrite size = new("mem0", [0, 1], RegisterSpace.HdmDecoder, 0x18, 0x1000_0000);
    private static readonly FirmwareWrite commit = new("mem0", [0, 1], RegisterSpace.HdmDecoder, 0x20, Commit);

    [Fact]
    public void Writes_AreMadeInOrderEachAfterTheAnswerToTheOneBefore()
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([enable, size, commit], (_, _) => (IoStatus.Ok, Committed));

        Assert.Equal([(0x0C, true), (0x18, true), (0x20, true), (0x20, false)], host.Accesses.Select(a => (a.Access.Offset, a.Access.IsWrite)));
        Assert.Equal(Enumerable.Range(0, 4).Select(i => SimTime.Zero + SimDuration.FromNanoseconds(500) * i), host.Accesses.Select(a => a.At));
        Assert.Equal(SimTime.Zero + SimDuration.FromNanoseconds(2000), firmware.Finished);
        Assert.Empty(firmware.Problems);
    }

    [Fact]
    public void Commit_ThatIsRefused_IsAProblemWithWhatControlReads()
    {
        (FirmwareProgram firmware, _) = FakeHost.Run([commit], (_, _) => (IoStatus.Ok, NotCommitted));

        FirmwareProblem problem = Assert.Single(firmware.Problems);
        Assert.Equal(commit, problem.Write);
        Assert.Equal("the commit was refused (control reads 0x00000a00, Error Not Committed)", problem.What);
    }

    [Fact]
    public void Commit_ThatStaysAway_IsAProblemAfter10Ms()
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([commit], (_, _) => (IoStatus.Ok, Commit));

        Assert.Equal("the decoder did not commit within 10 ms", Assert.Single(firmware.Problems).What);
        Assert.Equal(11, host.Accesses.Count(a => !a.Access.IsWrite));
        Assert.InRange(firmware.Finished.Femtoseconds, SimDuration.FromMilliseconds(10).Femtoseconds, SimDuration.FromMilliseconds(11).Femtoseconds);
    }

    [Fact]
    public void Commit_ThatTakesAWhile_IsNoProblem()
    {
        (FirmwareProgram firmware, _) = FakeHost.Run([commit], (_, now) => (IoStatus.Ok, now < SimTime.Zero + SimDuration.FromMilliseconds(3) ? Commit : Committed));

        Assert.Empty(firmware.Problems);
        Assert.InRange(firmware.Finished.Femtoseconds, SimDuration.FromMilliseconds(3).Femtoseconds, SimDuration.FromMilliseconds(4).Femtoseconds);
    }

    [Theory]
    [InlineData(IoStatus.Unsupported)]
    [InlineData(IoStatus.LinkDown)]
    public void Write_WithoutAnAnswer_IsAProblemAndIsNotPolled(IoStatus status)
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([enable, commit], (_, _) => (status, uint.MaxValue));

        Assert.Equal(["the component did not answer", "the component did not answer"], firmware.Problems.Select(p => p.What));
        Assert.DoesNotContain(host.Accesses, a => !a.Access.IsWrite);
    }

    [Fact]
    public void Commit_WhoseComponentGoesAway_IsAProblem()
    {
        (FirmwareProgram firmware, _) = FakeHost.Run([commit], (access, _) => access.IsWrite ? (IoStatus.Ok, 0) : (IoStatus.LinkDown, uint.MaxValue));

        Assert.Equal("the component did not answer", Assert.Single(firmware.Problems).What);
    }

    [Fact]
    public void Problem_DoesNotKeepTheOtherWritesFromBeingMade()
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([commit, enable, size], (_, _) => (IoStatus.Ok, NotCommitted));

        Assert.Single(firmware.Problems);
        Assert.Equal([0x20, 0x0C, 0x18], host.Accesses.Where(a => a.Access.IsWrite).Select(a => a.Access.Offset));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Host_IsToldOnceThatTheBootIsOver(int writes)
    {
        (_, FakeHost host) = FakeHost.Run([.. Enumerable.Repeat(size, writes)], (_, _) => (IoStatus.Ok, 0));

        Assert.Equal(1, host.BootedCount);
    }

    [Theory]
    [InlineData(RegisterSpace.HdmDecoder, 0x20, 0x200u, true)]
    [InlineData(RegisterSpace.HdmDecoder, 0x40, 0x1200u, true)]
    [InlineData(RegisterSpace.HdmDecoder, 0x20, 0x1000u, false)]
    [InlineData(RegisterSpace.HdmDecoder, 0x10, 0x200u, false)]
    [InlineData(RegisterSpace.HdmDecoder, 0x04, 0x200u, false)]
    [InlineData(RegisterSpace.DeviceDvsec, 0x20, 0x200u, false)]
    public void Write_OfTheCommitBitToAControlRegister_Commits(RegisterSpace space, int offset, uint value, bool commits) =>
        Assert.Equal(commits, new FirmwareWrite("x", [0], space, offset, value).Commits);
}
