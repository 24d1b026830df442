using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>
/// Regions of a CXL core: what Linux has under a root decoder and a region in sysfs, as methods, with its order of checks and its error numbers. Nothing here chooses for the caller; <see cref="RegionCommands"/>
/// does what the <c>cxl</c> tool does with it.
/// </summary>
/// <remarks>
/// A region is made (<see cref="Create"/>), gets ways, granularity, of PMEM a uuid, and a size, which gives it host addresses; then a decoder of an endpoint for each position (<see cref="Attach(CxlRegion, int, CxlEndpointDecoder)"/>), and is committed.
/// Calls are made one after the other, each after the one before has completed. A call that fails has changed nothing but what its documentation says.
/// </remarks>
public sealed partial class CxlRegions : IRegionAssembler
{
    private readonly CxlCore core;
    private readonly DecoderProgrammer programmer;
    private readonly Dictionary<Guid, CxlRegion> uuids = [];
    private int drawn; // windows that have an id in reserve

    /// <summary>Regions of a core; becomes its <see cref="CxlCore.Assembler"/>, so that decoders which firmware has committed make regions.</summary>
    /// <exception cref="InvalidOperationException">The core has its regions already.</exception>
    public CxlRegions(CxlCore core)
    {
        if (core.Assembler is not null)
            throw new InvalidOperationException("A core has its regions once: they are its Assembler.");
        this.core = core;
        programmer = new DecoderProgrammer(core.Mmio, core.Clock, core.Log);
        core.Assembler = this;
    }

    /// <summary>The core.</summary>
    public CxlCore Core => core;

    /// <summary>The name that the next region of a window will have: what reading <c>create_ram_region</c> shows. Every window has an id in reserve, drawn in the order of the windows.</summary>
    public string NextName(CxlRootDecoder root)
    {
        DrawIds();
        return $"region{root.NextRegion}";
    }

    /// <summary>Makes a region: what writing its name to <c>create_ram_region</c> or <c>create_pmem_region</c> does. It is host-only coherent, and has nothing yet.</summary>
    /// <param name="root">The window.</param>
    /// <param name="isPersistent">PMEM instead of RAM.</param>
    /// <param name="name">The name that <see cref="NextName"/> says; null to take it.</param>
    /// <exception cref="ErrnoException">ENOENT: the window does not take such memory of type 3. EINVAL: not a name of a region. EBUSY: not the next name.</exception>
    public CxlRegion Create(CxlRootDecoder root, bool isPersistent, string? name = null)
    {
        WindowRestrictions needed = WindowRestrictions.Type3 | (isPersistent ? WindowRestrictions.Persistent : WindowRestrictions.Volatile);
        if ((root.Window.Restrictions & needed) != needed)
        {
            throw new ErrnoException(
                Errno.ENOENT, $"{root.Name} has no create_{DeviceMemory.ModeName(isPersistent)}_region: its window allows {root.Window.Restrictions}, and {needed} is needed");
        }

        DrawIds();
        if (name is not null)
            CheckName(root, name);
        return Add(root, isPersistent, TargetRangeType.HostOnly);
    }

    /// <summary>The region of a window with a name.</summary>
    /// <exception cref="ErrnoException">ENODEV: there is none.</exception>
    public static CxlRegion Find(CxlRootDecoder root, string name) =>
        root.Regions.Find(r => r.Name == name)
        ?? throw new ErrnoException(Errno.ENODEV, $"{root.Name} has no {name}; it has {(root.Regions.Count == 0 ? "no regions" : string.Join(", ", root.Regions.Select(r => r.Name)))}");

    /// <summary>Deletes a region: what writing its name to <c>delete_region</c> does.</summary>
    /// <exception cref="ErrnoException">ENODEV: the window has no such region.</exception>
    public Task Delete(CxlRootDecoder root, string name) => Delete(Find(root, name));

    /// <summary>Deletes a region: its driver is released, its decoders are reset and detached in the order of positions, its host addresses and its id are given back. Device memory stays with the decoders.</summary>
    /// <exception cref="ErrnoException">ENODEV: it is deleted already.</exception>
    public async Task Delete(CxlRegion region)
    {
        CheckAlive(region);
        region.Enabled = false;
        for (int position = 0; position < region.Targets.Count; position++)
        {
            if (region.Targets[position] is { } decoder)
                await DetachDecoder(region, decoder);
        }

        HostAddresses.Release(region);
        if (region.Uuid is { } uuid)
            uuids.Remove(uuid);
        region.Root.Regions.Remove(region);
        core.Regions.Remove(region);
        region.State = CxlRegionState.Idle;
        region.Deleted = true;
        ReturnId(region);
    }

    /// <summary>Binds the region's driver: what makes memory of it.</summary>
    /// <exception cref="ErrnoException">ENXIO: not committed, or its decoders need a reset.</exception>
    public void Enable(CxlRegion region)
    {
        CheckAlive(region);
        if (region.State < CxlRegionState.Commit)
            throw new ErrnoException(Errno.ENXIO, $"{region.Name} cannot be enabled: it is {region.State}, and has to be committed");
        if (region.NeedsReset)
            throw new ErrnoException(Errno.ENXIO, $"{region.Name} cannot be enabled: its decoders have to be reset first");
        region.Enabled = true;
    }

    /// <summary>Releases the region's driver. Nothing happens if it is not bound.</summary>
    public void Disable(CxlRegion region)
    {
        CheckAlive(region);
        region.Enabled = false;
    }

    /// <summary>The committed regions that a memory device takes part in, by id.</summary>
    public static IReadOnlyList<CxlRegion> CommittedRegions(CxlMemdev memdev) =>
        memdev.Endpoint is not { } endpoint
            ? []
            : [.. endpoint.Decoders.Select(d => d.Region).OfType<CxlRegion>().Where(r => r.State == CxlRegionState.Commit).Distinct().OrderBy(r => r.Id)];

    private static void CheckName(CxlRootDecoder root, string name)
    {
        const string Prefix = "region";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || !int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            throw new ErrnoException(Errno.EINVAL, $"'{name}' is not the name of a region; {root.Name} expects region{root.NextRegion}");
        if (id != root.NextRegion)
            throw new ErrnoException(Errno.EBUSY, $"{name} is not what {root.Name} makes next; it expects region{root.NextRegion}");
    }

    private void CheckAlive(CxlRegion region)
    {
        if (region.Deleted || region.Root.Port != core.Root)
            throw new ErrnoException(Errno.ENODEV, $"{region.Name} was deleted, or is another core's");
    }

    private CxlRegion Add(CxlRootDecoder root, bool isPersistent, TargetRangeType type)
    {
        DrawIds();
        var region = new CxlRegion
        {
            Id = root.NextRegion,
            Root = root,
            IsPersistent = isPersistent,
            TargetType = type,
            Locked = root.Locked || (root.Window.Restrictions & WindowRestrictions.Fixed) != 0,
        };
        root.NextRegion = core.RegionIds.Take();
        Insert(root.Regions, region);
        Insert(core.Regions, region);
        return region;
    }

    private static void Insert(List<CxlRegion> regions, CxlRegion region)
    {
        int index = regions.Count;
        while (index > 0 && regions[index - 1].Id > region.Id)
            index--;
        regions.Insert(index, region);
    }

    private void DrawIds()
    {
        for (List<CxlDecoder> roots = core.Root?.Decoders ?? []; drawn < roots.Count; drawn++)
            ((CxlRootDecoder)roots[drawn]).NextRegion = core.RegionIds.Take();
    }

    /// <summary>An id lower than the one in reserve becomes the reserve, so that ids do not climb.</summary>
    private void ReturnId(CxlRegion region)
    {
        CxlRootDecoder root = region.Root;
        if (region.Id < root.NextRegion)
        {
            core.RegionIds.Return(root.NextRegion);
            root.NextRegion = region.Id;
        }
        else
        {
            core.RegionIds.Return(region.Id);
        }
    }
}
