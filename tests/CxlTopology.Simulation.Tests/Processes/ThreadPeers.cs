namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Changes what one process gets from another: from, to, the number of the exchange (0 is the greeting), the bytes.</summary>
internal delegate void Tamper(int from, int to, int exchange, WireBuffer batch);

/// <summary>
/// Several processes as threads of one: bytes are copied, nothing else is shared. On demand a process is lost, or what it sends comes out changed.
/// </summary>
internal sealed class ThreadPeers : IPeers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Room room;
    private int exchanges;

    private ThreadPeers(Room room, int self)
    {
        this.room = room;
        Self = self;
    }

    public int Self { get; }

    public int Count => room.Count;

    /// <summary>Exchanges that this process has made.</summary>
    public int Exchanges => exchanges;

    /// <summary>Called before this process joins in an exchange, with its number.</summary>
    public Action<int>? Before { get; set; }

    /// <summary>The ends of all processes.</summary>
    public static ThreadPeers[] Join(int count, Tamper? tamper = null)
    {
        var room = new Room(count, tamper);
        return [.. Enumerable.Range(0, count).Select(self => new ThreadPeers(room, self))];
    }

    public void Exchange(WireBuffer[] outgoing, WireBuffer[] incoming)
    {
        int number = exchanges++;
        Before?.Invoke(number);
        byte[][][] mail = room.Mail[number & 1];
        for (int peer = 0; peer < Count; peer++)
        {
            if (peer != Self)
                mail[Self][peer] = outgoing[peer].Written.ToArray();
        }

        room.Meet(Self);
        for (int peer = 0; peer < Count; peer++)
        {
            if (peer == Self)
                continue;
            mail[peer][Self].CopyTo(incoming[peer].Refill(mail[peer][Self].Length));
            room.Tamper?.Invoke(peer, Self, number, incoming[peer]);
        }
    }

    /// <summary>This process is gone: exchanges that it did not come to any more fail, for all.</summary>
    public void Lose() => room.Lose(Self);

    /// <summary>What the ends share: a barrier, and two sets of mail, since a fast process may send the next while a slow one still reads.</summary>
    private sealed class Room(int count, Tamper? tamper)
    {
        private readonly object gate = new();
        private int arrived;
        private int generation;
        private int lost = -1;

        public int Count => count;

        public Tamper? Tamper => tamper;

        public byte[][][][] Mail { get; } = [Letters(count), Letters(count)];

        public void Meet(int self)
        {
            lock (gate)
            {
                int mine = generation;
                if (lost < 0 && ++arrived == count)
                {
                    arrived = 0;
                    generation++;
                    Monitor.PulseAll(gate);
                    return;
                }

                while (generation == mine && lost < 0)
                {
                    if (!Monitor.Wait(gate, Patience))
                        throw new TimeoutException($"Process {self} waited {Patience.TotalSeconds} s for the others: they do not exchange equally often.");
                }

                if (generation == mine)
                    throw new PeerLostException(lost, $"Process {lost} is gone; process {self} waited for it.");
            }
        }

        public void Lose(int who)
        {
            lock (gate)
            {
                lost = who;
                Monitor.PulseAll(gate);
            }
        }

        private static byte[][][] Letters(int count) => [.. Enumerable.Range(0, count).Select(_ => new byte[count][])];
    }
}
