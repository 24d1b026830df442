using System.Buffers.Binary;
using CxlTopology.Simulation;

namespace CxlTopology.Mpi.Program;

/// <summary>Three yards that send each other many MiB of lines in one window, there and back, and keep a sum of what they read.</summary>
internal sealed class Convoy : ComponentActor
{
    private const int Yards = 3;
    private const int LinesOfOne = 250;
    private readonly int wagons;
    private ulong sum;

    private Convoy(int wagons)
    {
        this.wagons = wagons;
    }

    public List<Connection> Others { get; } = [];

    public static Simulation.Simulation Build(IPeers? peers, int mebibytes)
    {
        var simulation = new Simulation.Simulation(new SimulationOptions { Peers = peers, OwnerOf = place => place });
        Convoy[] yards = [.. Enumerable.Range(0, Yards).Select(_ => new Convoy((mebibytes << 20) / (LinesOfOne * 64)))];
        for (int i = 0; i < Yards; i++)
            simulation.Add("yard" + i, yards[i]);
        for (int from = 0; from < Yards; from++)
        {
            for (int to = 0; to < Yards; to++)
            {
                if (from != to)
                    yards[from].Others.Add(simulation.Connect(yards[from], yards[to], from, SimDuration.FromNanoseconds(25)));
            }
        }

        return simulation;
    }

    protected override void OnStart()
    {
        for (int i = 0; i < wagons; i++)
        {
            var wagon = new Message { Kind = Message.FirstModelKind, Tag = (uint)i, Payload = -1 };
            for (int line = 0; line < LinesOfOne; line++)
            {
                Span<byte> bytes = AddLine(ref wagon);
                bytes.Fill((byte)(line + i));
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, StableHash.Chain((ulong)Id, (ulong)((i * LinesOfOne) + line)));
            }

            Send(ref wagon, Others[i % Others.Count]);
        }
    }

    protected override void Receive(ref Message message)
    {
        for (int slot = message.Payload; slot >= 0; slot = NextLine(slot))
        {
            for (int word = 0; word < 64; word += 8)
                sum = StableHash.Chain(sum, BinaryPrimitives.ReadUInt64LittleEndian(Line(slot)[word..]));
        }

        if (message.Argument++ == 0)
            Send(ref message, Others[0]);
    }

    protected override void AppendState(ref RunDigest digest) => digest.Add(sum);
}
