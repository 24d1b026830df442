using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What the registers of a job say: of work, of its end, and of none.</summary>
public sealed class EngineJobTests
{
    [Fact]
    public void Start_OfAJobWithNothingLeftToDo_EndsAtOnce_AndIsToldOf()
    {
        var job = new EngineJob();
        Assert.True(Ring(job, EngineRegisters.Start));
        Assert.True(job.End());
        job.Write(EngineRegisters.Status, ulong.MaxValue, ulong.MaxValue);
        Assert.True(Ring(job, EngineRegisters.Start));
        Assert.Equal((false, EngineRegisters.Done | EngineRegisters.Stopped), (job.IsBusy, job.Read(EngineRegisters.Status)));
    }

    [Fact]
    public void Start_OfAJobThatAResetIsStopping_EndsAtOnce_AndIsToldOf()
    {
        var job = new EngineJob();
        Ring(job, EngineRegisters.Start);
        job.Reset();
        Assert.True(Ring(job, EngineRegisters.Start));
        Assert.Equal((true, EngineRegisters.Done | EngineRegisters.Stopped), (job.IsStopping, job.Read(EngineRegisters.Status)));
        Assert.False(job.End()); // nobody waits for it any more
    }

    [Fact]
    public void Start_OfAJobAtWork_IsToldOfToNobody()
    {
        var job = new EngineJob();
        Ring(job, EngineRegisters.Start);
        Assert.False(Ring(job, EngineRegisters.Start));
        Assert.Equal(EngineRegisters.Busy, job.Read(EngineRegisters.Status));
    }

    [Fact]
    public void Line_ThatFailsAfterAReset_IsNotCounted()
    {
        var job = new EngineJob();
        Ring(job, EngineRegisters.Start);
        job.Note(isOk: true);
        job.Reset();
        job.Note(isOk: false);
        Assert.Equal((0UL, 0UL), (job.Read(EngineRegisters.Completed), job.Read(EngineRegisters.Failed)));
    }

    [Fact]
    public void Line_ThatFailsAfterAStop_IsCounted()
    {
        var job = new EngineJob();
        Ring(job, EngineRegisters.Start);
        job.Note(isOk: true);
        Ring(job, EngineRegisters.Stop);
        job.Note(isOk: false);
        Assert.Equal((2UL, 1UL), (job.Read(EngineRegisters.Completed), job.Read(EngineRegisters.Failed)));
    }

    [Fact]
    public void Numbers_OfWhatIsUnderWay_EndWithTheLimit_AndComeBack()
    {
        var numbers = new SlotNumbers(3);
        for (int expected = 0; expected < 3; expected++)
            Assert.Equal((true, expected), (numbers.TryTake(out int taken), taken));
        Assert.False(numbers.TryTake(out _));
        numbers.Return(1);
        Assert.Equal((true, 1), (numbers.TryTake(out int again), again));
        Assert.False(numbers.TryTake(out _));
        Assert.Equal(3, numbers.Reached);
    }

    private static bool Ring(EngineJob job, ulong doorbell) => job.Write(EngineRegisters.Doorbell, doorbell, ulong.MaxValue);
}
