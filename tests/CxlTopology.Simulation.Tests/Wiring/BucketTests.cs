using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Wiring;

public sealed class BucketTests
{
    [Theory]
    [InlineData(1_000_000, 19)]
    [InlineData(1_048_576, 20)]
    [InlineData(2_097_151, 20)]
    [InlineData(25_000_000, 24)]
    [InlineData(1_000_000_000, 24)]
    public void Bucket_ByDefault_IsTheLargestThatTheShortestConnectionAllows(long femtoseconds, int shift)
    {
        Simulation simulation = Wired(new SimDuration(femtoseconds), null);

        simulation.Run();

        Assert.Equal(1L << shift, simulation.Bucket.Femtoseconds);
    }

    [Theory]
    [InlineData(18)]
    [InlineData(23)]
    [InlineData(-1)]
    public void BucketShift_OutOfRange_IsRefused(int shift)
    {
        Simulation simulation = Wired(SimDuration.FromNanoseconds(5), shift);

        WiringException refused = Assert.Throws<WiringException>(() => simulation.Run());

        Assert.Equal($"A bucket of 2^{shift} fs does not fit a wiring whose shortest connection takes 5ns: 19 to 22 do.", refused.Message);
    }

    [Fact]
    public void BucketShift_AboveTheDefault_IsTakenWhereConnectionsAreLong()
    {
        Simulation simulation = Wired(SimDuration.FromMicroseconds(1), 29);

        simulation.Run();

        Assert.Equal(1L << 29, simulation.Bucket.Femtoseconds);
    }

    private static Simulation Wired(SimDuration latency, int? shift)
    {
        var simulation = new Simulation(new SimulationOptions { BucketShift = shift });
        var a = new Probe();
        var b = new Probe();
        simulation.Add("a", a);
        simulation.Add("b", b);
        simulation.Connect(a, b, 0, latency);
        simulation.Connect(b, a, 0, latency * 2);
        return simulation;
    }
}
