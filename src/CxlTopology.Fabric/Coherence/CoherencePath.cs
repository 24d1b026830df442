using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The BI decoder or route table and the cache ID decoder or route table of a component: what they say, put together when they commit.</summary>
/// <remarks>
/// What was committed is in force, whatever is written since, until the next commit is decided or a reset takes it. A commit is COMMIT from 0 to 1; it takes the time that the
/// component takes for its HDM decoders. Strict: what makes no sense is refused, and what was in force stays. Permissive: what makes no sense is left out. Belongs to one component and is
/// used in its turns only. Made when its registers are first written: a component without one has nothing in force.
/// </remarks>
internal sealed class CoherencePath
{
    private const int CacheIdsMax = CacheIdRouteTableRegisters.TargetsMax;
    private const int CommitBits = 2;
    private readonly ComponentRegisterLayout layout;
    private readonly RegisterBank registers;
    private readonly CoherencePathOptions options;
    private LinkedActor?[] byBus = [];
    private int firstBus;
    private LinkedActor?[] byCacheId = [];
    private uint asked; // counts commits asked for and given up: what an earlier one left behind is void
    private uint askedOfCacheIds;

    public CoherencePath(ComponentRegisterLayout layout, RegisterBank registers, CoherencePathOptions options)
    {
        this.layout = layout;
        this.registers = registers;
        this.options = options;
    }

    /// <summary>How long a commit takes.</summary>
    public HardwareDelay CommitTime => options.CommitTime;

    /// <summary>What the BI decoder lets through.</summary>
    public BackInvalidateMode BackInvalidate { get; private set; }

    /// <summary>What the cache ID decoder lets through.</summary>
    public CacheIdMode CacheId { get; private set; }

    /// <summary>The id that it assigns.</summary>
    public int LocalCacheId { get; private set; }

    /// <summary>Whether an HDM-D device is below: its requests for its own memory pass.</summary>
    public bool HdmDPresent { get; private set; }

    /// <summary>Why the BI decoder or route table was not committed the last time.</summary>
    public PathRefusal BackInvalidateRefusal { get; private set; }

    /// <summary>Why the cache ID decoder or route table was not committed the last time.</summary>
    public PathRefusal CacheIdRefusal { get; private set; }

    /// <summary>The port that the answer to a back-invalidate goes down by; null if the BI route table has none for the bus.</summary>
    public LinkedActor? PortOfBus(int bus) => (uint)(bus - firstBus) < (uint)byBus.Length ? byBus[bus - firstBus] : null;

    /// <summary>The port that leads to a cache id; null if the cache ID route table has none.</summary>
    public LinkedActor? PortOfCacheId(int id) => (uint)id < (uint)byCacheId.Length ? byCacheId[id] : null;

    /// <summary>Adds what is in force to the run's digest.</summary>
    public void AppendState(ref Simulation.RunDigest digest)
    {
        digest.Add((ulong)BackInvalidate | (ulong)CacheId << 8 | (ulong)LocalCacheId << 16 | (HdmDPresent ? 1UL << 24 : 0));
        for (int i = 0; i < byBus.Length; i++)
            digest.Add((ulong)(firstBus + i) << 32 | (uint)(byBus[i]?.Id ?? 0));
        foreach (LinkedActor? port in byCacheId)
            digest.Add((ulong)(uint)(port?.Id ?? 0));
    }

    /// <summary>Whether what goes to a cache id may go down here.</summary>
    public bool LeadsTo(int cacheId) => CacheId == CacheIdMode.Forwarded || (CacheId == CacheIdMode.Assigned && LocalCacheId == cacheId);

    /// <summary>Software wrote to the registers.</summary>
    /// <returns>What is to be decided now, or when the commit has taken its time.</returns>
    public PathCommits OnWrite(in RegisterWrite write)
    {
        PathCommits commits = PathCommits.None;
        if (BackInvalidateCommit is var (block, commit, committed, refused) && write.Changed(block, commit))
        {
            asked++;
            commits |= Note(block, commit, committed, refused) ? PathCommits.BackInvalidate : PathCommits.None;
        }

        if (CacheIdCommit is var (ids, of, done, not) && write.Changed(ids, of))
        {
            askedOfCacheIds++;
            commits |= Note(ids, of, done, not) ? PathCommits.CacheId : PathCommits.None;
        }

        return commits;
    }

    /// <summary>What the message says that tells that a commit has taken its time.</summary>
    public ulong Stamp(PathCommits commits) =>
        (ulong)commits | (ulong)(asked & 0x3FFF_FFFF) << CommitBits | (ulong)(askedOfCacheIds & 0x3FFF_FFFF) << 32;

    /// <summary>A commit has taken its time; nothing happens if another was asked for meanwhile, or none any more.</summary>
    public void Decide(ulong stamp)
    {
        var commits = (PathCommits)(stamp & ((1 << CommitBits) - 1));
        if ((uint)(stamp >> CommitBits & 0x3FFF_FFFF) != (asked & 0x3FFF_FFFF))
            commits &= ~PathCommits.BackInvalidate;
        if ((uint)(stamp >> 32) != (askedOfCacheIds & 0x3FFF_FFFF))
            commits &= ~PathCommits.CacheId;
        Decide(commits);
    }

    /// <summary>Commits, or refuses.</summary>
    public void Decide(PathCommits commits)
    {
        if ((commits & PathCommits.BackInvalidate) != 0 && BackInvalidateCommit is var (block, _, committed, refused))
        {
            BackInvalidateRefusal = layout.BiRouteTable is null ? CommitBiDecoder() : CommitBiRoutes();
            registers.Set(block, BackInvalidateRefusal == PathRefusal.None ? committed : refused, true);
        }

        if ((commits & PathCommits.CacheId) != 0 && CacheIdCommit is var (ids, _, done, not))
        {
            CacheIdRefusal = layout.CacheIdRouteTable is null ? CommitCacheIdDecoder() : CommitCacheIdRoutes();
            registers.Set(ids, CacheIdRefusal == PathRefusal.None ? done : not, true);
        }
    }

    /// <summary>A reset has passed over the registers.</summary>
    public void OnReset(ResetKind kind)
    {
        if ((ResetRules.EffectOf(ResetClass.CoherencePath, kind) & ResetEffect.Initial) == 0)
            return;
        asked++;
        askedOfCacheIds++;
        (BackInvalidate, CacheId, LocalCacheId, HdmDPresent) = (BackInvalidateMode.Off, CacheIdMode.Off, 0, false);
        (BackInvalidateRefusal, CacheIdRefusal) = (PathRefusal.None, PathRefusal.None);
        (byBus, byCacheId) = ([], []);
    }

    private bool IsStrict => options.IsStrict;

    private IReadOnlyDictionary<byte, LinkedActor> Targets => options.Owner!.PathTargets;

    private (RegisterBlock Block, Field<bool> Commit, Field<bool> Committed, Field<bool> Refused)? BackInvalidateCommit =>
        layout.BiDecoder is { } decoder ? (decoder, decoder.Table.Commit, decoder.Table.Committed, decoder.Table.NotCommitted)
        : layout.BiRouteTable is { } routes ? (routes, BiRouteTableRegisters.Commit, BiRouteTableRegisters.Committed, BiRouteTableRegisters.NotCommitted)
        : null;

    private (RegisterBlock Block, Field<bool> Commit, Field<bool> Committed, Field<bool> Refused)? CacheIdCommit =>
        layout.CacheIdDecoder is { } decoder ? (decoder, CacheIdDecoderRegisters.Commit, CacheIdDecoderRegisters.Committed, CacheIdDecoderRegisters.NotCommitted)
        : layout.CacheIdRouteTable is { } routes ? (routes, routes.Table.Commit, routes.Table.Committed, routes.Table.NotCommitted)
        : null;

    private bool Note(RegisterBlock block, Field<bool> commit, Field<bool> committed, Field<bool> refused)
    {
        registers.Set(block, committed, false);
        registers.Set(block, refused, false);
        return registers.Get(block, commit);
    }

    private PathRefusal CommitBiDecoder()
    {
        RegisterBlock<BiDecoderRegisters> block = layout.BiDecoder!;
        bool forwards = registers.Get(block, block.Table.Forward);
        bool enabled = registers.Get(block, block.Table.Enable);
        if (forwards && enabled && IsStrict)
            return PathRefusal.ForwardsAndAssigns;
        BackInvalidate = forwards ? BackInvalidateMode.Forwarded : enabled ? BackInvalidateMode.Enabled : BackInvalidateMode.Off;
        return PathRefusal.None;
    }

    private PathRefusal CommitBiRoutes()
    {
        int first = int.MaxValue;
        int last = -1;
        foreach (LinkedActor port in Targets.Values)
        {
            if (port.BusesBelow() is not var (low, high))
                continue;
            if (low == 0 && IsStrict)
                return PathRefusal.NoBus;
            (first, last) = (Math.Min(first, low), Math.Max(last, high));
        }

        var routes = new LinkedActor?[Math.Max(0, last - first + 1)];
        foreach (LinkedActor port in Targets.Values)
        {
            if (port.BusesBelow() is not var (low, high) || low == 0)
                continue;
            for (int bus = low; bus <= high; bus++)
            {
                if (routes[bus - first] is not null && IsStrict)
                    return PathRefusal.BusesOverlap;
                routes[bus - first] ??= port;
            }
        }

        (byBus, firstBus) = (routes, first);
        return PathRefusal.None;
    }

    private PathRefusal CommitCacheIdDecoder()
    {
        RegisterBlock block = layout.CacheIdDecoder!;
        bool forwards = registers.Get(block, CacheIdDecoderRegisters.Forward);
        bool assigns = registers.Get(block, CacheIdDecoderRegisters.Assign);
        bool hdmD = registers.Get(block, CacheIdDecoderRegisters.HdmDPresent);
        byte local = registers.Get(block, CacheIdDecoderRegisters.LocalCacheId);
        if (IsStrict && forwards && assigns)
            return PathRefusal.ForwardsAndAssigns;
        if (IsStrict && assigns && hdmD && registers.Get(block, CacheIdDecoderRegisters.HdmDCacheId) != local)
            return PathRefusal.HdmDOfAnother;
        CacheId = forwards ? CacheIdMode.Forwarded : assigns ? CacheIdMode.Assigned : CacheIdMode.Off;
        LocalCacheId = local;
        HdmDPresent = hdmD;
        return PathRefusal.None;
    }

    private PathRefusal CommitCacheIdRoutes()
    {
        RegisterBlock<CacheIdRouteTableRegisters> block = layout.CacheIdRouteTable!;
        CacheIdRouteTableRegisters table = block.Table;
        int hdmD = 0;
        foreach (LinkedActor port in Targets.Values)
            hdmD += port.Routing is { HdmDPresent: true } ? 1 : 0;
        if (IsStrict && registers.Get(block, table.HdmDCount) is > 0 and var most && hdmD > most)
            return PathRefusal.TooManyHdmD;
        var routes = new LinkedActor?[Math.Min(CacheIdsMax, (int)registers.Get(block, table.TargetCount))];
        for (int id = 0; id < routes.Length; id++)
        {
            if (!registers.Get(block, table.Valid(id)))
                continue;
            routes[id] = Targets.GetValueOrDefault(registers.Get(block, table.Port(id)));
            if (routes[id] is null && IsStrict)
                return PathRefusal.TargetMissing;
        }

        byCacheId = routes;
        return PathRefusal.None;
    }
}
