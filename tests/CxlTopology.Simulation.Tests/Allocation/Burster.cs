namespace CxlTopology.Simulation.Tests.Allocation;

/// <summary>Schedules a burst of messages to itself each microsecond.</summary>
internal sealed class Burster(int burst, Action begins) : ComponentActor
{
    private const byte Begin = Message.FirstModelKind;

    protected override void OnStart()
    {
        var begin = new Message { Kind = Begin, Payload = -1 };
        Schedule(ref begin, SimDuration.Zero);
    }

    protected override void Receive(ref Message message)
    {
        if (message.Kind != Begin)
            return;
        begins();
        for (int i = 0; i < burst; i++)
        {
            var one = new Message { Kind = Begin + 1, Payload = -1 };
            Schedule(ref one, SimDuration.FromNanoseconds(100));
        }

        Schedule(ref message, SimDuration.FromMicroseconds(1));
    }
}
