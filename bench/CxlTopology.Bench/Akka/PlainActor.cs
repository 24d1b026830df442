using Akka.Actor;

namespace CxlTopology.Bench.Akka;

/// <summary>
/// An actor of <see cref="PlainModel"/>: takes a request and tells it to whoever stands next on its way. The same hops as a transaction of
/// the fabric makes between components, with next to no work in them, in no order but Akka's.
/// </summary>
internal sealed class PlainActor(PlainModel model) : UntypedActor
{
    private ulong handled;
    private long left;

    protected override void OnReceive(object message)
    {
        if (message is PlainStart start)
        {
            left = start.Requests;
            for (int i = 0; i < start.Outstanding && left > 0; i++)
                Issue(new PlainRequest { Host = start.Host, Draw = (ulong)i });
            return;
        }

        var request = (PlainRequest)message;
        handled += request.Draw;
        IActorRef[] way = request.Way;
        if (++request.Hop < way.Length)
            way[request.Hop].Tell(request, Self);
        else if (left > 0)
            Issue(request);
        else
            model.Ended();
    }

    private void Issue(PlainRequest request)
    {
        left--;
        request.Draw = (request.Draw * 6364136223846793005) + 1442695040888963407;
        request.Way = model.WayOf(request.Host, request.Draw >> 33);
        request.Hop = 0;
        request.Way[0].Tell(request, Self);
    }
}
