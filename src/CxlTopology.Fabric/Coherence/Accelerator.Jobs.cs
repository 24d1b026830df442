using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Jobs of an accelerator: work that its driver starts by a doorbell and hears the end of by an interrupt.</summary>
/// <remarks>
/// What a job asks for of the device's own memory goes through the coherence engine, at the host address that the device's decoder has for it; what it asks for of the bus goes by CXL.io to
/// the host, whose IOMMU translates it. While the device's function is not bus master nothing is sent. A job that is stopped, or whose device is reset, has its remaining accesses refused.
/// </remarks>
public sealed partial class Accelerator
{
    private const int SlotBits = 20;
    private const uint SlotMask = (1u << SlotBits) - 1;
    private const int OutstandingMax = (int)SlotMask; // the tag with the last number would be that of a flip (OfFlip)
    private static readonly SimDuration refusal = SimDuration.FromNanoseconds(1);
    private readonly List<EngineJob> jobs = [];
    private readonly Dictionary<int, int> jobOfAgent = []; // for look-up alone
    private readonly SlotNumbers slots = new(OutstandingMax);
    private Outstanding[] outstanding = [];
    private uint life; // of the requests under way: answers to those from before a reset are of nobody
    private EngineSpace? space;

    /// <summary>The registers; null without jobs.</summary>
    internal EngineSpace? Registers => space;

    private Endpoint Device => (Endpoint)Parent!;

    /// <summary>Adds an agent that starts when the driver says so (<see cref="EngineRegisters"/>). It learns its first address by the address of its <see cref="MessageKind.Booted"/>, and says
    /// <see cref="MessageKind.EngineDone"/> to this actor when it is through.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="tagBase">What the agent adds to its own tags in what it hands over.</param>
    /// <returns>The number of the job.</returns>
    /// <exception cref="WiringException">There are 1,020 already.</exception>
    public int AddJob(string name, ComponentActor agent, out uint tagBase)
    {
        if (jobs.Count == EngineRegisters.JobsMax)
            throw new WiringException($"{Path} has {EngineRegisters.JobsMax:N0} jobs already.");
        tagBase = AddAgent(name, agent);
        jobOfAgent.Add(agents.Count - 1, jobs.Count);
        jobAgents.Add(agents.Count - 1);
        jobs.Add(new EngineJob());
        space ??= new EngineSpace(jobs);
        return jobs.Count - 1;
    }

    private readonly List<int> jobAgents = [];

    /// <summary>Starts what doorbells were rung for. A job that has nothing left to do is over with that, and interrupts as any does that is over.</summary>
    internal void StartJobs()
    {
        while (space!.TryTakeStarted(out int job))
        {
            if (!jobs[job].IsBusy)
            {
                TellDriver(jobs[job]);
                continue;
            }

            var booted = new Message { Kind = (byte)MessageKind.Booted, Address = jobs[job].Base, Payload = -1 };
            SendInside(agents[jobAgents[job]], ref booted, SimDuration.Zero);
        }
    }

    /// <summary>The device was reset: jobs are stopped, and answers that come are of nobody.</summary>
    internal void Reset()
    {
        foreach (EngineJob job in jobs)
            job.Reset();
        for (int slot = 0; slot < slots.Reached; slot++)
        {
            if (outstanding[slot] is { IsUsed: true, IsTranslated: false }) // the coherence engine answers those itself
                RefuseOutstanding(slot);
        }

        ForgetTranslations();
        life = (life + 1) & 0xFFF;
    }

    /// <summary>An access of a job. False if the agent is none of a job's.</summary>
    private bool TryJob(ref Message message)
    {
        if (jobs.Count == 0 || !jobOfAgent.TryGetValue((int)(message.Tag >> TagBits), out int number))
            return false;
        EngineJob job = jobs[number];
        if (job.IsStopping)
        {
            Refuse(ref message, AccessStatus.EngineReset);
        }
        else if (!job.IsOwnMemory)
        {
            if (Device.KeepsTranslations)
                Translate(ref message);
            else
                SendToHost(ref message);
        }
        else if (Device.Decoders.TryHostAddressOf(message.Address, out ulong hpa))
        {
            message.Address = hpa;
            HandOver(coherence, ref message);
        }
        else
        {
            Refuse(ref message, AccessStatus.NoEndpointDecoder);
        }

        return true;
    }

    /// <summary>Asks the host, by a bus address.</summary>
    private void SendToHost(ref Message message)
    {
        if (!Device.IsMaster)
        {
            Refuse(ref message, AccessStatus.BusMasterDisabled);
            return;
        }

        if (!TryTakeSlot(out int slot))
        {
            Refuse(ref message, AccessStatus.Timeout);
            return;
        }

        bool isRead = message.Kind == (byte)MessageKind.M2SReq;
        outstanding[slot] = new Outstanding { IsUsed = true, IsRead = isRead, Tag = message.Tag, LineOfBurst = message.Credits, Address = message.Address };
        message.Kind = (byte)(isRead ? MessageKind.DmaRead : MessageKind.DmaWrite);
        message.Tag = (uint)slot | life << SlotBits;
        message.Credits = 0;
        message.Status = 0;
        message.Port = NoPort;
        message.Flags &= unchecked((ushort)~(ushort)AccessFlags.Local);
        HandOver(Parent!, ref message);
    }

    /// <summary>The host has answered, or the device's port refused to send.</summary>
    private void OnHostAnswer(ref Message message)
    {
        var slot = (int)(message.Tag & SlotMask);
        if (slot >= slots.Reached || !outstanding[slot].IsUsed || message.Tag >> SlotBits != life)
        {
            DropPayload(ref message);
            return;
        }

        Outstanding request = outstanding[slot];
        outstanding[slot] = default;
        slots.Return(slot);
        Restore(ref message, request);
        OnAnswer(ref message);
    }

    /// <summary>A place among the accesses under way to the host and by translations; false if 1,048,575 are.</summary>
    private bool TryTakeSlot(out int slot)
    {
        if (!slots.TryTake(out slot))
            return false;
        if (slot >= outstanding.Length)
            Array.Resize(ref outstanding, Math.Max(64, 2 * slot));
        return true;
    }

    private static void Restore(ref Message message, in Outstanding request)
    {
        message.Kind = (byte)(request.IsRead ? MessageKind.S2MDrs : MessageKind.S2MNdr);
        message.Tag = request.Tag;
        message.Credits = request.LineOfBurst;
        message.Address = request.Address;
        message.Argument = 0;
        message.Length = 1;
        message.Class = 0;
        message.Spacing = 0;
        message.Port = NoPort;
    }

    private void RefuseOutstanding(int slot)
    {
        Device.NoteRefusal(AccessStatus.EngineReset);
        var message = new Message { Payload = -1, Status = (byte)AccessStatus.EngineReset };
        Restore(ref message, outstanding[slot]);
        outstanding[slot] = default;
        slots.Return(slot);
        SendInside(this, ref message, refusal);
    }

    /// <summary>Answers an access that is not made.</summary>
    private void Refuse(ref Message message, AccessStatus status)
    {
        Device.NoteRefusal(status);
        RefuseUncounted(ref message, status);
    }

    /// <summary>Answers an access that the host has refused, and counted.</summary>
    private void RefuseUncounted(ref Message message, AccessStatus status)
    {
        Answer(ref message, status);
        message.Class = 0;
        message.Spacing = 0;
        SendInside(this, ref message, refusal);
    }

    private void NoteAnswer(in Message message)
    {
        if (jobs.Count > 0 && jobOfAgent.TryGetValue((int)(message.Tag >> TagBits), out int job))
            jobs[job].Note((AccessStatus)message.Status == AccessStatus.Ok && !Has(message, AccessFlags.Poison));
    }

    /// <summary>The agent of a job is through.</summary>
    private void OnEngineDone(uint tag)
    {
        if (!jobOfAgent.TryGetValue((int)(tag >> TagBits), out int number))
            return;
        EngineJob job = jobs[number];
        if (job.End())
            TellDriver(job);
    }

    /// <summary>A job is over: it interrupts, if its driver wants that.</summary>
    private void TellDriver(EngineJob job)
    {
        if (job.Vector is not { } vector || !TryEnter(Device))
            return;
        Device.Interrupt(vector);
        Resume();
    }

    private struct Outstanding
    {
        public ulong Address;
        public uint Tag;
        public ushort LineOfBurst;
        public long Order;
        public bool IsUsed;
        public bool IsTranslated;
        public bool IsRead;
    }
}
