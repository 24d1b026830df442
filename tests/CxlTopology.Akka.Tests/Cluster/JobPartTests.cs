using CxlTopology.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Akka.Tests.Cluster;

public sealed class JobPartTests
{
    private readonly NodeClaim claim = new(new RunKey(1, null), 1, NodeAddress.Loopback, Recorder.Create());

    [Fact]
    public void Job_InParts_IsPutTogether()
    {
        byte[] job = [.. Enumerable.Range(0, 100).Select(i => (byte)i)];

        for (int offset = 0; offset < job.Length; offset += 30)
            Assert.Equal(Math.Min(offset + 30, 100), claim.TakePart(Part(100, offset, job.AsSpan(offset..Math.Min(100, offset + 30)))));

        Assert.Equal(job, claim.Job.ToArray());
    }

    [Theory]
    [InlineData(100, 10, 10)]
    [InlineData(5, 0, 6)]
    [InlineData(-1, 0, 0)]
    [InlineData(NodeClaim.JobBytesMax + 1, 0, 1)]
    public void Part_ThatDoesNotFit_IsRefused(int total, int offset, int bytes) => Assert.Throws<WireException>(() => claim.TakePart(Part(total, offset, new byte[bytes])));

    [Fact]
    public void Part_OfALargeJob_TakesNoMoreMemoryThanHasCome()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        claim.TakePart(Part(NodeClaim.JobBytesMax, 0, new byte[10]));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void Members_AreReadBack()
    {
        NodeAddress[] members = [new("127.0.0.1", 1), new("::1", 2), new("node.example.org", 3)];

        Assert.Equal(members, RunMembers.Read(RunMembers.Write(members).Written));
    }

    [Fact]
    public void RandomBytes_AreMembersOrRefused() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            try
            {
                return RunMembers.Read(bytes).Length is >= 2 and <= 64;
            }
            catch (WireException)
            {
                return true;
            }
        }).QuickCheckThrowOnFailure();

    private static byte[] Part(int total, int offset, ReadOnlySpan<byte> bytes)
    {
        byte[] body = new byte[8 + bytes.Length];
        NodeClaim.WriteHead(body, total, offset);
        bytes.CopyTo(body.AsSpan(8));
        return body;
    }
}
