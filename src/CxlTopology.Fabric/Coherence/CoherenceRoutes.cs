namespace CxlTopology.Fabric;

/// <summary>Which port of a switch or host bridge leads to the device with an id: what goes down by cache id, or as the answer to a back-invalidate, finds its way by it.</summary>
/// <remarks>A device is spoken to this way only after it has spoken itself, so the port at which its first request arrived is known by then. Ids are below 4,096.</remarks>
internal sealed class CoherenceRoutes
{
    /// <summary>Ids of a host's devices are below this (BI-ID, 12 bits).</summary>
    public const int IdsMax = 4096;

    private LinkedActor?[] ports = [];

    /// <summary>Notes the port at which a message of a device arrived.</summary>
    public void Learn(int id, LinkedActor port)
    {
        if (id >= ports.Length)
            Array.Resize(ref ports, Math.Min(IdsMax, Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)id + 1))));
        ports[id] = port;
    }

    /// <summary>The port towards a device; null if none of its messages came by.</summary>
    public LinkedActor? Find(int id) => (uint)id < (uint)ports.Length ? ports[id] : null;
}
