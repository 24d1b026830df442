using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>What a guest has come to.</summary>
/// <param name="Regions">Its regions.</param>
/// <param name="Walks">Walks of its second stage.</param>
/// <param name="Faults">Accesses to addresses where nothing is mapped.</param>
/// <param name="Stage">How far it came.</param>
/// <param name="Problem">Why it came no further; null if nothing went wrong.</param>
public sealed record GuestState(IReadOnlyList<GuestRegion> Regions, long Walks, long Faults, GuestStage Stage, GuestProblem? Problem)
{
    /// <summary>Address registers of its devices that were looked at before it programmed them.</summary>
    public long AddressesChecked { get; init; }

    /// <summary>Those that showed an address of the host.</summary>
    public long AddressesExposed { get; init; }

    /// <summary>What its devices have done by themselves.</summary>
    public GuestTraffic Traffic { get; init; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>What the jobs of its engines came to, in the order of the file.</summary>
    public IReadOnlyList<EngineJobState> Jobs { get; init; } = [];

    internal static GuestState Of(GuestAgent agent)
    {
        EngineJobState[] jobs = [.. agent.Jobs.All.Select((_, i) => agent.Jobs.StateOf(i))];
        if (agent.Guest is not { } guest)
            return new GuestState([], 0, 0, agent.Stage, agent.Problem) { Jobs = jobs };
        List<GuestRegion> regions = [];
        foreach (CxlRegion region in guest.Regions)
        {
            int device = DeviceOf(guest, region);
            regions.Add(new GuestRegion(
                region.Name, device < 0 ? "" : agent.Model.Devices[device].Name, region.Base, region.Size, new Hpa(guest.Machine.Explain(region.Base.Value)?.HostAddress ?? 0)));
        }

        return new GuestState(regions, guest.Machine.SecondStage.Walks, guest.Machine.SecondStage.Faults, agent.Stage, agent.Problem)
        {
            AddressesChecked = agent.Visible.Count,
            AddressesExposed = agent.Visible.Count(a => a != 0),
            Traffic = TrafficOf(agent, guest),
            Jobs = jobs,
        };
    }

    private static GuestTraffic TrafficOf(GuestAgent agent, Guest guest)
    {
        (long reads, long writes, long walks, long faults, long interrupts, long dropped) = (0, 0, 0, 0, 0, 0);
        for (int i = 0; i < guest.Machine.Devices.Count; i++)
        {
            VirtualDevice device = guest.Machine.Devices[i];
            if (agent.Model.Devices[i].PassedOn)
                continue;
            interrupts += device.Interrupts.Delivered;
            dropped += device.Interrupts.Dropped;
            if (agent.Iommu?.Counters.GetValueOrDefault(MessageInterrupt.RequesterOf(device.Device.HostFunction)) is not { } counted)
                continue;
            (reads, writes, walks, faults) = (reads + counted.Reads, writes + counted.Writes, walks + counted.Walks, faults + counted.Faults);
        }

        return new GuestTraffic(reads, writes, walks, faults, interrupts, dropped, guest.Machine.SpuriousInterrupts + agent.Jobs.UnexpectedInterrupts);
    }

    /// <summary>Which of its devices a region of a guest is on; -1 if none of them is mapped there.</summary>
    internal static int DeviceOf(Guest guest, CxlRegion region)
    {
        VirtualDevice? device = guest.Machine.SecondStage.Ranges.FirstOrDefault(r => r.Contains(region.Base.Value))?.Device;
        for (int i = 0; i < guest.Machine.Devices.Count; i++)
        {
            if (guest.Machine.Devices[i] == device)
                return i;
        }

        return -1;
    }

    internal void AppendTo(ref RunDigest digest)
    {
        foreach (GuestRegion region in Regions)
        {
            digest.Add(region.Base.Value);
            digest.Add(region.Size.Bytes);
            digest.Add(region.HostAddress.Value);
        }

        digest.Add(Walks);
        digest.Add(Faults);
        digest.Add(Problem is null ? 0UL : 1UL);
        Traffic.AppendTo(ref digest);
        foreach (EngineJobState job in Jobs)
        {
            digest.Add((ulong)((job.Started ? 1 : 0) | (job.Ended ? 2 : 0) | (job.Stopped ? 4 : 0) | (job.Problem is null ? 0 : 8)));
            digest.Add(job.Lines);
            digest.Add(job.Failed);
            digest.Add(job.Interrupts);
        }
    }

    internal void Save(WireBuffer to)
    {
        to.WriteInt32(Regions.Count);
        foreach (GuestRegion region in Regions)
        {
            to.WriteText(region.Name);
            to.WriteText(region.Device);
            to.WriteUInt64(region.Base.Value);
            to.WriteUInt64(region.Size.Bytes);
            to.WriteUInt64(region.HostAddress.Value);
        }

        to.WriteInt64(Walks);
        to.WriteInt64(Faults);
        to.WriteInt64(AddressesChecked);
        to.WriteInt64(AddressesExposed);
        to.WriteInt32((int)Stage);
        to.WriteInt32((int)(Problem?.Errno ?? 0));
        to.WriteText(Problem?.Reason ?? "");
        to.WriteText(Problem?.Advice ?? "");
        Traffic.Save(to);
        to.WriteInt32(Jobs.Count);
        foreach (EngineJobState job in Jobs)
        {
            to.WriteBool(job.Started);
            to.WriteBool(job.Ended);
            to.WriteBool(job.Stopped);
            to.WriteInt64(job.Lines);
            to.WriteInt64(job.Failed);
            to.WriteInt64(job.Interrupts);
            to.WriteText(job.Problem ?? "");
        }
    }

    internal static GuestState Load(ref WireReader from, int regionsMax)
    {
        var regions = new GuestRegion[from.ReadCount(regionsMax)];
        for (int i = 0; i < regions.Length; i++)
            regions[i] = new GuestRegion(from.ReadText(), from.ReadText(), new Hpa(from.ReadUInt64()), new ByteSize(from.ReadUInt64()), new Hpa(from.ReadUInt64()));
        (long walks, long faults, long isChecked, long exposed) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
        (var stage, var errno, string reason, string advice) = ((GuestStage)from.ReadInt32(), (Errno)from.ReadInt32(), from.ReadText(), from.ReadText());
        GuestTraffic traffic = GuestTraffic.Load(ref from);
        var jobs = new EngineJobState[from.ReadCount(EngineRegisters.JobsMax * VirtualMachine.DevicesMax)];
        for (int i = 0; i < jobs.Length; i++)
        {
            jobs[i] = new EngineJobState
            {
                Started = from.ReadBool(),
                Ended = from.ReadBool(),
                Stopped = from.ReadBool(),
                Lines = from.ReadInt64(),
                Failed = from.ReadInt64(),
                Interrupts = from.ReadInt64(),
            };
            jobs[i] = jobs[i] with { Problem = from.ReadText() is { Length: > 0 } why ? why : null };
        }

        return new GuestState(regions, walks, faults, stage, errno == 0 ? null : new GuestProblem(errno, reason, advice))
        {
            AddressesChecked = isChecked,
            AddressesExposed = exposed,
            Traffic = traffic,
            Jobs = jobs,
        };
    }
}
