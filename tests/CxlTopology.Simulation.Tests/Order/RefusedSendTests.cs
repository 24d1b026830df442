using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Order;

/// <summary>What an actor may not send, whichever way it sends.</summary>
public sealed class RefusedSendTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    /// <summary>The ways to send a message.</summary>
    public enum Way
    {
        Send,
        SendInside,
        Schedule,
        HandOverToASuspendedChild,
    }

    [Theory]
    [InlineData(Way.Send, 0)]
    [InlineData(Way.Send, 2)]
    [InlineData(Way.SendInside, 2)]
    [InlineData(Way.Schedule, 4)]
    [InlineData(Way.Schedule, 15)]
    [InlineData(Way.HandOverToASuspendedChild, 0)]
    public void Message_OfAKernelKind_EndsTheRun(Way way, byte kind)
    {
        RunResult result = Run(way, new Message { Kind = kind, Payload = -1 }, Five);

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains(
            $"a would send a message of kind {kind}, which belongs to the kernel; a model's kinds start at 16.",
            result.Failures.Select(f => f.Reason));
    }

    [Theory]
    [InlineData(Way.Send, "a would send at 9223372036854775807fs what arrives after the end of time.")]
    [InlineData(Way.SendInside, "and not into the past or past the end of time")]
    [InlineData(Way.Schedule, "before now (5ns)")]
    public void Message_PastTheEndOfTime_EndsTheRun(Way way, string says)
    {
        RunResult result = Run(way, Probe.Make(2), SimDuration.MaxValue);

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains(says, Assert.Single(result.Failures).Reason, StringComparison.Ordinal);
    }

    private static RunResult Run(Way way, Message message, SimDuration delay)
    {
        var simulation = new Simulation();
        var a = new Probe { Decide = _ => SupervisionDirective.Escalate };
        var b = new Probe();
        var child = new Probe { OnMessage = (Probe _, ref Message _) => throw new FormatException("bad") };
        a.Adopt("child", child);
        simulation.Add("a", a);
        simulation.Add("b", b);
        Connection connection = simulation.Connect(a, b, 0, Five);
        a.OnStarted = p => p.Timer(1, Five);
        a.OnMessage = (Probe self, ref Message _) =>
        {
            switch (way)
            {
                case Way.Send when delay == SimDuration.MaxValue:
                    self.SendTag(connection, 2, SimTime.MaxValue - self.Clock);
                    break;
                case Way.Send:
                    self.Forward(ref message, connection);
                    break;
                case Way.SendInside:
                    self.Inside(child, ref message, delay);
                    break;
                case Way.Schedule:
                    self.Later(ref message, delay);
                    break;
                default:
                    self.SendTagInside(child, 3, SimDuration.Zero);
                    self.Timer(4, SimDuration.Zero);
                    self.OnMessage = (Probe again, ref Message _) => again.Hand(child, ref message);
                    break;
            }
        };
        return simulation.Run();
    }
}
