using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Checks workloads of accelerators that guests have: what the engine of such a device can be given to do by its driver there.</summary>
internal static class GuestEngines
{
    /// <summary>The guest that has a device to itself: the innermost, if it was passed on; null if no guest has it.</summary>
    public static GuestModel? OwnerOf(EndpointModel endpoint, IReadOnlyList<GuestModel> guests) =>
        guests.LastOrDefault(g => g.Devices.Any(d => !d.PassedOn && d.Endpoints.Any(e => e.Name == endpoint.Name)));

    /// <summary>Reports what cannot be done.</summary>
    public static void Check(SectionReader workload, EndpointModel engine, GuestModel owner, WorkloadTarget? target)
    {
        GuestDeviceModel device = owner.Devices.First(d => d.Endpoints.Any(e => e.Name == engine.Name));
        string name = PrintableText.Quote(engine.Name);
        if (device.Endpoints[0].Name != engine.Name)
        {
            workload.Problem(DescriptionErrorCode.GuestHasEngine, workload.PositionOf(WorkloadKeys.From), $"{name} lends its memory to {PrintableText.Quote(device.Name)}, and {owner.Name} has no way to its engine",
                $"Of devices that are interleaved the guest sees the first: write \"from: {device.Endpoints[0].Name}\", or \"from: {owner.Name}\".");
        }
        else if (target?.Device is { } of && (of != device || of.Endpoints.Count > 1))
        {
            workload.Problem(DescriptionErrorCode.GuestHasEngine, workload.PositionOf(WorkloadKeys.To),
                of == device ? $"the memory of {PrintableText.Quote(device.Name)} is interleaved, and {name} does not know which part of it is its own" : $"{name} does not reach the memory of {PrintableText.Quote(of.Name)}",
                $"An engine in a guest goes to the memory of its own device, if that is not interleaved, and to that of the guest: {owner.Name}.memory.");
        }

        if (engine.Configuration is { SecondBar: { Bytes: 0 } })
        {
            workload.Problem(DescriptionErrorCode.GuestHasEngine, workload.PositionOf(WorkloadKeys.From), $"{name} has no BAR 2, where the registers of its engine would be",
                "Leave bar2 of the endpoint out, or give it a size.");
        }

        if (workload.Has(WorkloadKeys.TargetBias))
        {
            workload.Problem(DescriptionErrorCode.KeyNotApplicable, workload.KeyPositionOf(WorkloadKeys.TargetBias), $"bias of memory that {owner.Name} has",
                "Pages are brought into a bias by host addresses, which nobody in a guest knows: leave the key out.");
        }
    }
}
