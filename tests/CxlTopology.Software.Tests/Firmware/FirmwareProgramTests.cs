using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

public sealed class FirmwareProgramTests
{
    private const uint Commit = 0x200;
    private const uint Committed = 0x600;
    private const uint NotCommitted = 0xA00;
    private static readonly FirmwareWrite enable = new(FakeHost.Bridge, RegisterSpace.HdmDecoder, 0x04, 2);
    private static readonly FirmwareWrite size = new(FakeHost.Bridge, RegisterSpace.HdmDecoder, 0x18, 0x1000_0000);
    private static readonly FirmwareWrite commit = new(FakeHost.Bridge, RegisterSpace.HdmDecoder, 0x20, Commit);

    [Fact]
    public void Writes_AreMadeInOrderEachAfterTheAnswerToTheOneBefore()
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([enable, size, commit], (_, _) => Committed);

        Assert.Equal([(0x04, true), (0x18, true), (0x20, true), (0x20, false)], host.Accesses.Select(a => (a.Access.Offset, a.Access.IsWrite)));
        SimTime first = host.Accesses[0].At;
        Assert.Equal(Enumerable.Range(0, 4).Select(i => first + SimDuration.FromNanoseconds(500) * i), host.Accesses.Select(a => a.At));
        Assert.Equal(first + SimDuration.FromNanoseconds(2000), firmware.Finished);
        Assert.Empty(firmware.Problems);
    }

    [Fact]
    public void Commit_ThatIsRefused_IsAProblemWithWhatControlReads()
    {
        (FirmwareProgram firmware, _) = FakeHost.Run([commit], (_, _) => NotCommitted);

        FirmwareProblem problem = Assert.Single(firmware.Problems);
        Assert.Equal(commit, problem.Write);
        Assert.Equal("the commit was refused (control reads 0x00000a00, Error Not Committed)", problem.What);
    }

    [Fact]
    public void Commit_ThatStaysAway_IsAProblemAfter10Ms()
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([commit], (_, _) => Commit);

        Assert.Equal("the decoder did not commit within 10 ms", Assert.Single(firmware.Problems).What);
        Assert.Equal(11, host.Accesses.Count(a => !a.Access.IsWrite));
        Assert.InRange(firmware.Finished.Femtoseconds, SimDuration.FromMilliseconds(10).Femtoseconds, SimDuration.FromMilliseconds(11).Femtoseconds);
    }

    [Fact]
    public void Commit_ThatTakesAWhile_IsNoProblem()
    {
        (FirmwareProgram firmware, _) = FakeHost.Run([commit], (_, now) => now < SimTime.Zero + SimDuration.FromMilliseconds(3) ? Commit : Committed);

        Assert.Empty(firmware.Problems);
        Assert.InRange(firmware.Finished.Femtoseconds, SimDuration.FromMilliseconds(3).Femtoseconds, SimDuration.FromMilliseconds(4).Femtoseconds);
    }

    [Fact]
    public void Write_ToRegistersThatAreNotThere_IsAProblemAndIsNotPolled()
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([enable, commit], (_, _) => 0, hasDecoders: false);

        const string Problem = "the component, or these registers of it, did not answer";
        Assert.Equal([Problem, Problem], firmware.Problems.Select(p => p.What));
        Assert.Empty(host.Accesses);
    }

    [Fact]
    public void Commit_WhoseComponentGoesAway_IsAProblem()
    {
        (FirmwareProgram firmware, _) = FakeHost.Run([commit], (access, _) => access.IsWrite ? 0 : uint.MaxValue);

        Assert.Equal("the component did not answer", Assert.Single(firmware.Problems).What);
    }

    [Fact]
    public void Problem_DoesNotKeepTheOtherWritesFromBeingMade()
    {
        (FirmwareProgram firmware, FakeHost host) = FakeHost.Run([commit, enable, size], (_, _) => NotCommitted);

        Assert.Single(firmware.Problems);
        Assert.Equal([0x20, 0x04, 0x18], host.Accesses.Where(a => a.Access.IsWrite).Select(a => a.Access.Offset));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Host_IsToldOnceThatTheBootIsOver(int writes)
    {
        (_, FakeHost host) = FakeHost.Run([.. Enumerable.Repeat(size, writes)], (_, _) => 0);

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
        Assert.Equal(commits, new FirmwareWrite(FakeHost.Bridge, space, offset, value).Commits);
}
