using BenchmarkDotNet.Attributes;
using CxlTopology.Specification;

namespace CxlTopology.Bench.Micro;

/// <summary>The decode arithmetic, an address at a time.</summary>
public class InterleaveBenchmarks
{
    private const int Operations = 1024;

    /// <summary>A power of two, and a multiple of three.</summary>
    [Params(4, 6)]
    public int Ways { get; set; }


    /// <summary>Choosing a target.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public int TargetOf()
    {
        Interleave subject = Interleave.Of(Ways, 256);
        int sum = 0;
        for (ulong i = 0; i < Operations; i++)
            sum += subject.TargetOf(0x10_0000_0000 + i * 4160);
        return sum;
    }

    /// <summary>Host offset to device offset.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public ulong DeviceOffsetOf()
    {
        Interleave subject = Interleave.Of(Ways, 256);
        ulong sum = 0;
        for (ulong i = 0; i < Operations; i++)
            sum += subject.DeviceOffsetOf(i * 4160);
        return sum;
    }

    /// <summary>The lines of a page that go to a target.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public ulong LinesOf()
    {
        Interleave subject = Interleave.Of(Ways, 256);
        ulong sum = 0;
        for (ulong i = 0; i < Operations; i++)
            sum += subject.LinesOf((int)(i % (ulong)Ways), i << 12);
        return sum;
    }
}
