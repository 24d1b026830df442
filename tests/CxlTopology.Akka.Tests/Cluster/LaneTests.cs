using CxlTopology.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Akka.Tests.Cluster;

public sealed class LaneTests
{
    private readonly Lane lane = new();

    [Fact]
    public void Batches_InPartsOfAnyLength_AreReadBack() =>
        Prop.ForAll<byte[][], PositiveInt>((batches, part) =>
        {
            var lane = new Lane();
            var buffer = new WireBuffer();
            for (int i = 0; i < batches.Length; i++)
            {
                int offset = 0;
                do
                {
                    int count = Math.Min(part.Get, batches[i].Length - offset);
                    if (lane.Take(Part(i + 1, batches[i].Length, offset, batches[i].AsSpan(offset, count))) is not null)
                        return false;
                    offset += count;
                }
                while (offset < batches[i].Length);
                lane.MoveTo(buffer);
                if (!buffer.Written.SequenceEqual(batches[i]) || lane.Arrived != i + 1)
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Batch_AfterOneThatWasLost_IsAGap() =>
        Assert.Equal("a message was lost on the way: byte 0 of batch 2 came, where byte 0 of batch 1 was due", lane.Take(Part(2, 0, 0, [])));

    [Fact]
    public void Part_AfterOneThatWasLost_IsAGap()
    {
        Assert.Null(lane.Take(Part(1, 30, 0, new byte[10])));
        Assert.Equal("a message was lost on the way: byte 20 of batch 1 came, where byte 10 of batch 1 was due", lane.Take(Part(1, 30, 20, new byte[10])));
    }

    [Fact]
    public void Batch_ThatComesTwice_IsRefused()
    {
        Assert.Null(lane.Take(Part(1, 0, 0, [])));
        Assert.NotNull(lane.Take(Part(1, 0, 0, [])));
    }

    [Fact]
    public void Batches_FurtherAheadThanPossible_AreRefused()
    {
        Assert.Null(lane.Take(Part(1, 0, 0, [])));
        Assert.Null(lane.Take(Part(2, 0, 0, [])));
        Assert.Equal("it sent 3 batches ahead", lane.Take(Part(3, 0, 0, [])));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(WireBuffer.BytesMax + 1, 10)]
    [InlineData(9, 10)]
    [InlineData(10, 0)]
    public void Part_ThatDoesNotFitItsBatch_IsRefused(int total, int bytes) => Assert.NotNull(lane.Take(Part(1, total, 0, new byte[bytes])));

    [Fact]
    public void Part_OfAnotherTotal_IsRefused()
    {
        Assert.Null(lane.Take(Part(1, 30, 0, new byte[10])));
        Assert.NotNull(lane.Take(Part(1, 31, 10, new byte[10])));
    }

    [Fact]
    public void RandomBytes_AreRefusedInWords() => Prop.ForAll<byte[]>(bytes => new Lane().Take(bytes) is not null || bytes.Length >= 16).QuickCheckThrowOnFailure();

    private static byte[] Part(long number, int total, int offset, ReadOnlySpan<byte> bytes)
    {
        byte[] body = new byte[16 + bytes.Length];
        Lane.WriteHead(body, number, total, offset);
        bytes.CopyTo(body.AsSpan(16));
        return body;
    }
}
