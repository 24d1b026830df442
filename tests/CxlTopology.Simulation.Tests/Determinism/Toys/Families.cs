namespace CxlTopology.Simulation.Tests.Determinism.Toys;

/// <summary>
/// Components with children: messages inside that take no time or hardly any, children that are handed the message in hand and send on
/// over their own links.
/// </summary>
internal sealed class Families : Toy
{
    private const int Size = 10;
    private const int MemberCount = 4;
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(4);

    public override int ShiftMax => 21;

    public override void Build(Simulation simulation)
    {
        var parents = new Head[Size];
        for (int i = 0; i < Size; i++)
            simulation.Add("head" + i, parents[i] = new Head());
        for (int i = 0; i < Size; i++)
        {
            Head head = parents[i];
            Head below = parents[(i + 1) % Size];
            Head across = parents[(i + 3) % Size];
            for (int child = 0; child < MemberCount; child++)
            {
                // Some links end at the other component's children, past its head.
                ComponentActor end = child % 2 == 0 ? across : below.Members[child];
                head.Members[child].Out = simulation.Connect(head.Members[child], end, child, Latency);
                head.Inside.Add(
                    simulation.Connect(
                        head,
                        head.Members[child],
                        9,
                        child == 0 ? SimDuration.Zero : SimDuration.FromPicoseconds(child * 400)));
            }
        }
    }

    private sealed class Head : ToyActor
    {
        public Member[] Members { get; } = [new(), new(), new(), new()];

        public List<Connection> Inside { get; } = [];

        protected override void OnAttached()
        {
            for (int i = 0; i < Members.Length; i++)
            {
                Members[i].Head = this;
                AddChild("member" + i, Members[i]);
            }
        }

        protected override void OnStart()
        {
            for (uint i = 0; i < 5; i++)
            {
                var message = new Message { Kind = Message.FirstModelKind, Tag = i, Argument = 120, Payload = -1 };
                Send(ref message, Inside[(int)i % MemberCount]);
            }
        }

        protected override void Handle(ref Message message)
        {
            int child = (int)(History % MemberCount);
            switch (History >> 62)
            {
                case 0:
                    Send(ref message, Inside[child]);
                    break;
                case 1:
                    SendInside(Members[child], ref message, SimDuration.Zero);
                    break;
                default:
                    HandOver(Members[child], ref message);
                    Note(1);
                    break;
            }
        }
    }

    private sealed class Member : ToyActor
    {
        public Head Head { get; set; } = null!;

        public Connection Out { get; set; }

        protected override void Handle(ref Message message)
        {
            if (message.Argument-- == 0)
                return;
            switch (History >> 61)
            {
                case 0:
                    SendInside(Head, ref message, SimDuration.Zero);
                    break;
                case 1:
                    SendInside(Head.Members[(int)(History % MemberCount)], ref message, SimDuration.FromPicoseconds(100));
                    break;
                case 2 when Head.Members[^1] != this:
                    HandOver(Head.Members[^1], ref message);
                    break;
                default:
                    Send(ref message, Out);
                    break;
            }
        }
    }
}
