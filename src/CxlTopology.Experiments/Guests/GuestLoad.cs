using System.Buffers.Binary;
using CxlTopology.Description;
using CxlTopology.Simulation;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>The program of a guest: 64-byte accesses to random lines of a range, one after the other; what it reads is compared with what it wrote last.</summary>
internal sealed class GuestLoad(VirtualMachine machine, GuestModel model, ulong seed)
{
    private const int LineBytes = 64;
    private const ulong LinesMax = 1 << 16; // of a range larger than that, evenly spread ones
    private readonly Dictionary<ulong, ulong> written = [];
    private ulong state = seed | 1;

    public LatencyHistogram Latency { get; } = new();

    public long Reads { get; private set; }

    public long Writes { get; private set; }

    public long Wrong { get; private set; }

    public async Task Run(ulong start, ulong bytes)
    {
        ulong lines = Math.Min(bytes / LineBytes, LinesMax);
        ulong distance = bytes / LineBytes / lines * LineBytes;
        var data = new byte[LineBytes];
        for (long access = 0; access < model.Accesses && !machine.HasEnded; access++)
        {
            ulong at = start + Next() % lines * distance;
            bool reads = Next() % (ulong)model.Reads.Denominator < (ulong)model.Reads.Numerator;
            SimTime before = machine.Now;
            if (reads)
            {
                Reads++;
                AccessStatus status = await machine.ReadMemory(at, data);
                if (status != AccessStatus.Ok || (written.TryGetValue(at, out ulong expected) && BinaryPrimitives.ReadUInt64LittleEndian(data) != expected))
                    Wrong++;
            }
            else
            {
                Writes++;
                written[at] = state;
                BinaryPrimitives.WriteUInt64LittleEndian(data, state);
                if (await machine.WriteMemory(at, data) != AccessStatus.Ok)
                    Wrong++;
            }

            Latency.Add((machine.Now - before).Femtoseconds);
        }
    }

    private ulong Next()
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state >> 11;
    }
}
