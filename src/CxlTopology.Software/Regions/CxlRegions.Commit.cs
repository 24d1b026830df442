namespace CxlTopology.Software;

/// <summary>A region's decoders committed and reset.</summary>
public sealed partial class CxlRegions
{
    /// <summary>
    /// Commits a region: what writing 1 to <c>commit</c> does. CPU caches are flushed for its addresses; then, target by target in the order of positions, the decoders from the endpoint up to the host bridge, those that several
    /// targets share once. If one fails, all that were committed are reset. Nothing happens if it is committed.
    /// </summary>
    /// <exception cref="ErrnoException">
    /// ENXIO: not all targets are attached; CPU caches cannot be flushed. Of accelerators as <see cref="BackInvalidatePaths.Enable"/> and <see cref="CacheIdPaths.Assign"/>, before any decoder. Else as
    /// <see cref="DecoderProgrammer.Commit"/>.
    /// </exception>
    public async Task Commit(CxlRegion region)
    {
        CheckAlive(region);
        if (region.State >= CxlRegionState.Commit)
            return;
        if (region.State < CxlRegionState.Active)
            throw new ErrnoException(Errno.ENXIO, $"{region.Name} is {region.State} with {region.TargetCount} of {region.Ways} targets; it can be committed when it has all");
        if (!await core.FlushCaches(region.Base.Value, region.Size.Bytes))
            throw new ErrnoException(Errno.ENXIO, $"{region.Name} cannot be committed: the platform has no way to flush CPU caches for {region.Size} at {region.Base}");
        await EnablePaths(region);
        await CommitDecoders(region);
        region.State = CxlRegionState.Commit;
    }

    /// <summary>
    /// Decommits a region: what writing 0 to <c>commit</c> does. Its driver is released, CPU caches are flushed, and the decoders are reset: targets from the last to the first, each from the host bridge down to the endpoint. The
    /// targets stay attached. Nothing happens if it is not committed.
    /// </summary>
    /// <exception cref="ErrnoException">EPERM: it is locked.</exception>
    public async Task Decommit(CxlRegion region)
    {
        CheckAlive(region);
        if (region.Locked)
            throw new ErrnoException(Errno.EPERM, $"{region.Name} is locked, by its window, a decoder or the driver of its device; it stays committed until the hardware is reset");
        if (region.State < CxlRegionState.Commit)
            return;
        region.State = CxlRegionState.ResetPending;
        region.Enabled = false;
        await ResetDecoders(region);
        region.State = CxlRegionState.Active;
    }

    /// <summary>What a reset has taken of the ways of coherence is there again before memory is; an HDM-DB region is not committed without.</summary>
    private async Task EnablePaths(CxlRegion region)
    {
        foreach (CxlEndpointDecoder? target in region.Targets)
        {
            CxlMemdev memdev = DeviceMemory.MemdevOf(target!);
            try
            {
                await core.BackInvalidates.Enable(memdev.Function, memdev.Location);
            }
            catch (ErrnoException error) when (!region.BackInvalidate)
            {
                core.Log.Add($"{memdev.Name}: no back-invalidate: {error.Message} ({error.Errno})");
            }

            if (core.CacheIds.IdOf(memdev.Function) is not null)
                await core.CacheIds.Assign(memdev.Function, memdev.Location);
        }
    }

    private async Task CommitDecoders(CxlRegion region)
    {
        for (int position = 0; position < region.Targets.Count; position++)
        {
            CxlEndpointDecoder target = region.Targets[position]!;
            CxlPort at = target.Port;
            try
            {
                for (; at.Kind != CxlPortKind.Root; at = at.Parent!)
                    await programmer.Commit(ReferenceOf(at, region)!.Decoder, region.BackInvalidate);
            }
            catch (ErrnoException)
            {
                await ResetBelow(region, at, target);
                await ResetDecoders(region, position);
                throw;
            }
        }
    }

    private Task ResetDecoders(CxlRegion region) => ResetDecoders(region, region.Targets.Count);

    /// <summary>Resets the decoders of the first targets.</summary>
    private async Task ResetDecoders(CxlRegion region, int count)
    {
        if (region.Locked && region.State != CxlRegionState.Active)
            return;
        if (!await core.FlushCaches(region.Base.Value, region.Size.Bytes))
            core.Log.Add($"{region.Name}: the platform has no way to flush CPU caches for {region.Size} at {region.Base}; it is reset all the same");
        for (int position = count - 1; position >= 0; position--)
        {
            if (region.Targets[position] is not { } target)
                continue;
            region.NeedsReset = true;
            await ResetBelow(region, null, target);
        }

        region.NeedsReset = false;
    }

    /// <summary>Resets the decoders on the way to a target, from a port (null: the host bridge) down to the endpoint.</summary>
    private async Task ResetBelow(CxlRegion region, CxlPort? from, CxlEndpointDecoder target)
    {
        bool below = from is null;
        foreach (CxlPort port in PathTo(target.Port))
        {
            below |= port == from;
            if (below && ReferenceOf(port, region) is { } reference)
                await programmer.Reset(reference.Decoder);
        }

        await programmer.Reset(target);
    }
}
