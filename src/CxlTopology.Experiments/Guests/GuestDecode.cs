using System.Globalization;
using CxlTopology.Fabric;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>Explains what becomes of an address in a guest.</summary>
internal static class GuestDecode
{
    /// <summary>Where a guest has an address of its host; null if nowhere.</summary>
    public static Hpa? AddressOf(GuestAgent agent, Hpa host)
    {
        if (agent.Guest is not { } guest)
            return null;
        foreach (GuestRange range in guest.Machine.SecondStage.Ranges)
        {
            if (guest.Machine.Explain(range.Base) is { } first && host.Value - first.HostAddress < range.Length)
                return new Hpa(range.Base + (host.Value - first.HostAddress));
        }

        return null;
    }

    /// <summary>The step through one guest, and the address in its host; null if nothing is mapped there.</summary>
    public static (DecodeHop Hop, Hpa? Target) Explain(GuestAgent agent, Hpa address)
    {
        if (agent.Guest is not { } guest)
            return (new DecodeHop(agent.Path, null, [], $"{agent.Model.Name} is {GuestReports.WordOf(agent.Summary.Stage)}: {agent.Summary.Problem?.ToString() ?? "its host did not come to it"}", null), null);
        if (guest.Machine.SecondStage.Find(address.Value) is not { } range || guest.Machine.Explain(address.Value) is not { } mapped)
        {
            FixedMemoryWindow window = guest.Machine.Window;
            string where = window.Contains(address.Value) ? "in its window, where no virtual decoder is committed" : "neither in its memory nor in its window";
            return (new DecodeHop(agent.Path, null, [new("memory", agent.Model.Memory.Bytes), new("windowBase", window.Base.Value), new("windowSize", window.Size.Bytes)],
                $"{address} is {where}: the hypervisor answers with ones", null), null);
        }

        string? decoder = null;
        for (int i = 0; i < guest.Machine.Devices.Count; i++)
        {
            if (guest.Machine.Devices[i] == range.Device)
                decoder = string.Create(CultureInfo.InvariantCulture, $"decoder{range.Decoder} of {agent.Model.Devices[i].Name} (virtual)");
        }

        ulong offset = address.Value - range.Base;
        ulong start = mapped.HostAddress - offset;
        string host = agent.Model.Outer ?? agent.Model.Host.Name;
        return (new DecodeHop(
            agent.Path,
            decoder ?? "memory",
            [new("base", range.Base), new("size", range.Length), new("mappedAt", start)],
            string.Create(CultureInfo.InvariantCulture, $"second stage: 0x{offset:x} from 0x{range.Base:x}; {host} has it at 0x{start:x} + 0x{offset:x} = 0x{mapped.HostAddress:x}"),
            string.Create(CultureInfo.InvariantCulture, $"0x{mapped.HostAddress:x} of {host}")), new Hpa(mapped.HostAddress));
    }
}
