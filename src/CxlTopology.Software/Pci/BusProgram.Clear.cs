using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Memory is overwritten in bursts of 4 KiB, several under way at a time.</summary>
public abstract partial class BusProgram
{
    private const int BurstLines = 64;
    private const ulong BurstBytes = BurstLines * LineBytes;
    private const int BurstsAtOnce = 16;

    /// <inheritdoc/>
    public async Task<AccessStatus> ClearMemory(ulong address, ulong bytes)
    {
        var underWay = new Queue<Task<AccessStatus>>(BurstsAtOnce);
        AccessStatus first = AccessStatus.Ok;
        for (ulong at = address; at - address < bytes && first == AccessStatus.Ok;)
        {
            ulong end = Math.Min((at / BurstBytes + 1) * BurstBytes, address + bytes);
            underWay.Enqueue(ClearLines(at, (int)((end - at) / LineBytes)));
            at = end;
            if (underWay.Count == BurstsAtOnce)
                first = await underWay.Dequeue();
        }

        while (underWay.TryDequeue(out Task<AccessStatus>? left))
        {
            AccessStatus status = await left;
            first = first == AccessStatus.Ok ? status : first;
        }

        return first;
    }

    /// <summary>One burst: lines of one block of 4 KiB.</summary>
    private async Task<AccessStatus> ClearLines(ulong address, int lines)
    {
        var message = new Message
        {
            Kind = (byte)MessageKind.M2SRwD,
            Address = address,
            Length = (byte)lines,
            Payload = -1,
            Flags = (ushort)(lines > 1 ? AccessFlags.Burst : AccessFlags.None),
            Time = Now.Femtoseconds,
        };
        ulong mask = lines == BurstLines ? ulong.MaxValue : (1UL << lines) - 1;
        message.Argument = lines > 1 ? mask : 0;
        for (int line = 0; line < lines; line++)
            AddLine(ref message).Clear();
        var burst = new BurstAccess(mask);
        Transact(message, burst);
        await burst.Task;
        return burst.Status;
    }

    /// <summary>Several lines in one request: they may be answered in parts.</summary>
    private sealed class BurstAccess(ulong mask) : TaskCompletionSource<bool>, IAccess
    {
        private ulong waiting = mask;

        public AccessStatus Status { get; private set; } = AccessStatus.Ok;

        /// <summary>Takes an answer; whether it was the last.</summary>
        public bool Take(in Message answer)
        {
            bool isWhole = answer.Kind == (byte)MessageKind.IoCompletion || (answer.Flags & (ushort)AccessFlags.Burst) == 0; // all of it took too long, or was one line
            waiting &= isWhole ? 0 : ~answer.Argument;
            if (Status == AccessStatus.Ok)
                Status = StatusOf(answer);
            return waiting == 0;
        }

        public void Complete(ulong value) => SetResult(true);
    }
}
