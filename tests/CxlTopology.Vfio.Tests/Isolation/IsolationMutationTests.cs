using Xunit.Sdk;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>Each hole that is made into the isolation is seen by the property: with none of them it holds.</summary>
public sealed class IsolationMutationTests
{
    private const uint SeedsMost = 12;

    [Theory]
    [InlineData(VfioFault.BaseShown, "host address")]
    [InlineData(VfioFault.ScrubSkipped, "was written by")]
    [InlineData(VfioFault.TranslationKept, "which was unmapped was done")]
    [InlineData(VfioFault.MappingKept, "has its page after a reset")]
    [InlineData(VfioFault.WrongDevice, "was written by")]
    [InlineData(VfioFault.RegistersKept, "who had it first read")]
    [InlineData(VfioFault.MemoryKept, "was written by life")]
    [InlineData(VfioFault.DecoderThrough, "have changed, and the host has not changed them")]
    internal void Hole_IsSeen(VfioFault fault, string how) => AssertSeen(how, new IsolationOptions { Seed = 0, Fault = fault });

    /// <summary>The known fault of the dialect: the guest reads where firmware has put the memory.</summary>
    [Fact]
    public void DialectAsPosted_ShowsTheHostsAddress() =>
        AssertSeen("host address", new IsolationOptions { Seed = 1, Dialects = [VfioDialect.RfcV2AsPosted] });

    private static void AssertSeen(string how, IsolationOptions options)
    {
        string seen = FirstLeak(options);
        Assert.True(seen.Contains(how, StringComparison.Ordinal), $"not as it should be seen ({how}): {seen}");
    }

    private static string FirstLeak(IsolationOptions options)
    {
        for (uint seed = options.Seed; seed < SeedsMost; seed++)
        {
            try
            {
                IsolationRun.Make(options with { Seed = seed, Steps = 20_000 });
            }
            catch (XunitException leak)
            {
                return leak.Message;
            }
        }

        return "nothing was seen";
    }
}
