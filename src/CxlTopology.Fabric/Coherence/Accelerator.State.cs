using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What of an accelerator belongs to a run's digest, and to what one process tells another.</summary>
public sealed partial class Accelerator
{
    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        if (Stops != 0)
            digest.Add(Stops);
        if (TranslationsAsked != 0)
            digest.Add(TranslationsAsked);
        foreach (EngineJob job in jobs)
            job.AppendState(ref digest);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        to.WriteBool(running);
        to.WriteInt64(Stops);
        to.WriteInt64(TranslationsAsked);
        foreach (EngineJob job in jobs)
            job.Save(to);
        to.WriteInt32(pageOrder.Count);
        foreach (ulong page in pageOrder)
        {
            to.WriteUInt64(page);
            to.WriteUInt64(pages[page]);
        }
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        running = from.ReadBool();
        (Stops, TranslationsAsked) = (from.ReadInt64(), from.ReadInt64());
        foreach (EngineJob job in jobs)
            job.Load(ref from);
        pages.Clear();
        pageOrder.Clear();
        for (int left = from.ReadCount(PagesMax); left > 0; left--)
        {
            ulong page = from.ReadUInt64();
            pages[page] = from.ReadUInt64();
            pageOrder.Enqueue(page);
        }
    }
}
