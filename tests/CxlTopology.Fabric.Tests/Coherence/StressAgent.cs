using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>An agent of a host or an accelerator that reads and writes a few lines at random: whole lines and parts of lines, poison now and then, several at a time.</summary>
internal sealed class StressAgent(IReadOnlyList<ulong> lines, int count, int outstanding) : ComponentActor
{
    private RandomStream random;
    private int left = count;
    private ulong written;

    public uint TagBase { get; set; }

    /// <summary>Whether pages are asked to be the device's now and then.</summary>
    public bool Flips { get; init; }

    public int Completed { get; private set; }

    public int Failed { get; private set; }

    protected override void OnAttached() => random = CreateRandomStream();

    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.Booted:
                for (int i = 0; i < outstanding; i++)
                    Issue((uint)i);
                break;
            case MessageKind.AgentTimer:
                Issue(message.Tag);
                break;
            default:
                Completed++;
                if ((AccessStatus)message.Status is not (AccessStatus.Ok or AccessStatus.Poisoned))
                    Failed++;
                uint slot = message.Tag;
                if (random.Chance(1, 8))
                {
                    var timer = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = slot, Payload = -1 };
                    Schedule(ref timer, SimDuration.FromNanoseconds((long)random.Next(400)));
                }
                else
                {
                    Issue(slot);
                }

                break;
        }
    }

    private void Issue(uint slot)
    {
        if (left == 0)
            return;
        left--;
        if (Flips && random.Chance(1, 20))
        {
            var flip = new Message { Kind = (byte)MessageKind.CoherenceStep, Address = lines[(int)random.Next((ulong)lines.Count)], Argument = random.Next(2), Tag = TagBase | slot, Payload = -1 };
            HandOver(Parent!, ref flip);
            return;
        }

        bool isWrite = random.Chance(2, 5);
        var message = new Message
        {
            Kind = (byte)(isWrite ? MessageKind.M2SRwD : MessageKind.M2SReq),
            Time = Now.Femtoseconds,
            Address = lines[(int)random.Next((ulong)lines.Count)],
            Tag = TagBase | slot,
            Length = 1,
            Payload = -1,
        };
        if (isWrite)
        {
            Span<byte> data = AddLine(ref message);
            System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(data).Fill(StableHash.Mix((ulong)Id << 40 | ++written));
            if (random.Chance(1, 2))
            {
                message.Flags |= (ushort)AccessFlags.Partial;
                message.Argument = 0xFFUL << (int)(8 * random.Next(8));
            }

            if (random.Chance(1, 64))
                message.Flags |= (ushort)AccessFlags.Poison;
        }

        HandOver(Parent!, ref message);
    }
}
