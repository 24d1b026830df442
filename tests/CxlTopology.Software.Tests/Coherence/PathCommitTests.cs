using CxlTopology.Simulation;

namespace CxlTopology.Software.Tests.Coherence;

/// <summary>The register accesses of a commit of a BI or cache ID decoder or route table, and how long software waits for it.</summary>
public sealed class PathCommitTests
{
    private const uint Explicit = 2;

    [Fact]
    public async Task Commit_WritesControlWithoutCommitThenWithIt()
    {
        var capability = new FakeCapability(Explicit, _ => 1);

        await Commit(capability, 2);

        Assert.Equal(["R 0", "W 4=2", "W 4=6", "R 8"], capability.Accesses);
    }

    [Fact]
    public async Task Commit_OfHardwareWithoutExplicitCommit_IsAWriteOfControl()
    {
        var capability = new FakeCapability(0, _ => 0);

        await Commit(capability, 2);

        Assert.Equal(["R 0", "W 4=2"], capability.Accesses);
        Assert.True(await PathRegisters.Holds(capability, FakeCapability.At, PathCommit.BiDecoder, 3, 2));
    }

    [Fact]
    public async Task Commit_OfHardwareThatRefuses_IsEIOAndTakesCommitBack()
    {
        var capability = new FakeCapability(Explicit, _ => 2);

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => Commit(capability, 3));

        Assert.Equal(Errno.EIO, error.Errno);
        Assert.Contains("the BI decoder of 0000:01:00.0", error.Message, StringComparison.Ordinal);
        Assert.Equal("W 4=3", capability.Accesses[^1]);
    }

    [Theory]
    [InlineData(0x1400u, 10_000)]
    [InlineData(0x3300u, 3_000)]
    [InlineData(0x5000u, 5)]
    public async Task Commit_ThatIsNeverDecided_IsETIMEDOUTAfterWhatTheStatusSays(uint status, long microseconds)
    {
        var capability = new FakeCapability(Explicit, _ => status);

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => Commit(capability, 2));

        Assert.Equal(Errno.ETIMEDOUT, error.Errno);
        Assert.Equal(SimTime.Zero + SimDuration.FromMicroseconds(microseconds), capability.Now);
        Assert.Equal("W 4=2", capability.Accesses[^1]);
    }

    [Fact]
    public async Task Commit_DecidedAtTheLastMoment_IsTaken()
    {
        var capability = new FakeCapability(Explicit, now => 0x1400u | (now == SimTime.Zero + SimDuration.FromMilliseconds(10) ? 1u : 0));

        await Commit(capability, 2);

        Assert.Equal(SimTime.Zero + SimDuration.FromMilliseconds(10), capability.Now);
    }

    [Theory]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(Explicit, uint.MaxValue)]
    public async Task Commit_OfHardwareThatDoesNotAnswer_IsENXIO(uint capabilityRegister, uint status)
    {
        var capability = new FakeCapability(capabilityRegister, _ => status);

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => Commit(capability, 2));

        Assert.Equal(Errno.ENXIO, error.Errno);
    }

    [Theory]
    [InlineData(6u, 1u, true)]
    [InlineData(6u, 0u, false)]
    [InlineData(2u, 1u, false)]
    [InlineData(5u, 1u, false)]
    [InlineData(uint.MaxValue, uint.MaxValue, false)]
    public async Task Holds_IsWhatIsSetAndCommitted(uint control, uint status, bool expected)
    {
        var capability = new FakeCapability(Explicit, _ => status) { Control = control };

        Assert.Equal(expected, await PathRegisters.Holds(capability, FakeCapability.At, PathCommit.BiDecoder, 3, 2));
    }

    private static Task Commit(FakeCapability capability, uint control) =>
        PathRegisters.Commit(capability, capability, FakeCapability.At, PathCommit.BiDecoder, control, "0000:01:00.0");
}
