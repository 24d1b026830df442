using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What must agree while nothing is under way: caches, directory, snoop filters, bias.</summary>
public sealed partial class CoherenceChecker
{
    private const int Unknown = 31; // a cache id that no device has

    /// <summary>Where directory, snoop filters and caches disagree while nothing is under way: a sentence each.</summary>
    public static IEnumerable<string> Disagreements(HomeAgent home, IReadOnlyList<DeviceCoherence> devices)
    {
        if (home.Active > 0 || devices.Any(d => d.Active > 0))
            yield break;
        var directory = home.Directory.ToDictionary(e => e.Line);
        var inHost = home.CachedLines.ToDictionary(l => l.Line, l => l.State);
        foreach (DeviceCoherence device in devices)
        {
            foreach (string found in OfDevice(device, directory).Concat(device.WasDropped ? [] : OfItsMemory(device, directory, inHost))) // after a reset what the host knows is older
                yield return found;
        }

        foreach ((ulong line, LineState state) in inHost)
        {
            if (directory.TryGetValue(line, out var entry) && (entry.Owner >= 0 || (state > LineState.Shared && entry.Sharers != 0)))
                yield return Say(home.Path, line, $"is held {state}, and by a device as well");
        }
    }

    /// <summary>The lines of others' memory in a device's cache, against the directory.</summary>
    private static IEnumerable<string> OfDevice(DeviceCoherence device, Dictionary<ulong, (ulong Line, int Owner, int Sharers, LineState Permission)> directory)
    {
        var held = device.CachedLines.ToDictionary(l => l.Line, l => l.State);
        int id = (device.Parent as Endpoint)?.CacheId ?? Unknown;
        foreach ((ulong line, LineState state) in held.Where(h => !IsOwn(device, h.Key)).Select(h => (h.Key, h.Value)))
        {
            bool known = directory.TryGetValue(line, out var entry) && (state == LineState.Shared ? (entry.Sharers >> id & 1) != 0 : entry.Owner == id);
            if (!known)
                yield return Say(device.Path, line, $"is held {state}, and the directory does not know it");
        }

        foreach ((ulong line, int owner, int sharers, _) in directory.Values.Where(e => !device.WasDropped && (e.Owner == id || (e.Sharers >> id & 1) != 0)))
        {
            if (held.GetValueOrDefault(line) < (owner == id ? LineState.Exclusive : LineState.Shared))
                yield return Say(device.Path, line, "is held as the directory has it, but not in the cache");
        }
    }

    /// <summary>The lines of a device's own memory: what the host and other devices hold, against what the device knows and holds itself.</summary>
    private static IEnumerable<string> OfItsMemory(
        DeviceCoherence device, Dictionary<ulong, (ulong Line, int Owner, int Sharers, LineState Permission)> directory, Dictionary<ulong, LineState> inHost)
    {
        var held = device.CachedLines.ToDictionary(l => l.Line, l => l.State);
        var filter = device.FilteredLines.ToDictionary(l => l.Line, l => l.State);
        foreach ((ulong line, int owner, int sharers, LineState permission) in directory.Values.Where(e => IsOwn(device, e.Line)))
        {
            LineState used = owner >= 0 ? LineState.Exclusive : sharers != 0 ? LineState.Shared : LineState.Invalid;
            if (used > permission)
                yield return Say(device.Path, line, $"is held {used} by a device, and the host may hold it {permission}");
            if (held.GetValueOrDefault(line) >= LineState.Exclusive || (held.GetValueOrDefault(line) == LineState.Shared && permission >= LineState.Exclusive))
                yield return Say(device.Path, line, $"is held {held[line]}, and may be held {permission} by the host");
            if (device.Settings.BackInvalidate && filter.GetValueOrDefault(line) != permission)
                yield return Say(device.Path, line, $"may be held {permission} by the host, and the snoop filter has {filter.GetValueOrDefault(line)}");
            else if (!device.Settings.BackInvalidate && device.BiasOf(line) == Bias.Device)
                yield return Say(device.Path, line, $"may be held {permission} by the host, and its page is the device's");
        }

        foreach ((ulong line, LineState state) in filter.Where(f => !directory.ContainsKey(f.Key)).Select(f => (f.Key, f.Value)))
            yield return Say(device.Path, line, $"is held {state} by the host, says the snoop filter, and nobody there knows it");
        foreach ((ulong line, LineState state) in inHost.Where(h => IsOwn(device, h.Key)).Select(h => (h.Key, h.Value)))
        {
            LineState permission = directory.TryGetValue(line, out var entry) ? entry.Permission : LineState.Invalid;
            if (permission < (state == LineState.Modified ? LineState.Exclusive : state))
                yield return Say(device.Path, line, $"is held {state} by the host, which may hold it {permission}");
        }
    }

    private static bool IsOwn(DeviceCoherence device, ulong line)
    {
        foreach (OwnMemoryRange range in device.OwnMemory)
        {
            if (range.Holds(line))
                return true;
        }

        return false;
    }

    private static string Say(string path, ulong line, string what) => string.Create(CultureInfo.InvariantCulture, $"{path}: line 0x{line:x} {what}");
}
