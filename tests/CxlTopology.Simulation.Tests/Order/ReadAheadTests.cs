using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Order;

public sealed class ReadAheadTests
{
    [Fact]
    public void ReadAhead_OfAnActorThatAsks_SeesMessagesOfOneBucketBeforeTheyAreHandled()
    {
        var simulation = new Simulation();
        var reader = new Reader();
        var sender = new Probe();
        simulation.Add("reader", reader);
        simulation.Add("sender", sender);
        Connection to = simulation.Connect(sender, reader, 0, SimDuration.FromNanoseconds(5));
        sender.OnStarted = p =>
        {
            p.SendTag(to, 1);
            p.SendTag(to, 2, SimDuration.FromPicoseconds(3));
            p.SendTag(to, 3, SimDuration.FromMicroseconds(1)); // alone: there is nothing to do meanwhile
        };

        simulation.Run();

        Assert.Equal(["ahead 1", "ahead 2", "1", "2", "3"], [.. reader.Heard.Take(2).Order(), .. reader.Heard.Skip(2)]);
    }

    private sealed class Reader : ComponentActor
    {
        public List<string> Heard { get; } = [];

        protected override bool ReadsAhead => true;

        protected override void ReadAhead(in Message message) => Heard.Add($"ahead {message.Tag}");

        protected override void Receive(ref Message message) => Heard.Add($"{message.Tag}");
    }
}
