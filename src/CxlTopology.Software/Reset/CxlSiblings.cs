using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The functions that a CXL reset of one function resets with it: all CXL functions of the device.</summary>
internal sealed class CxlSiblings(IConfigurationBus configuration, ComponentLocator locator)
{
    private const int HeaderType = 0x0E;
    private const uint MultiFunction = 0x80;

    /// <summary>Why a device cannot be reset with just these siblings; null if it can.</summary>
    public async Task<string?> Refusal(PciDevice device, CxlResetOptions options)
    {
        Bdf bdf = device.Bdf;
        if (options.Siblings.FirstOrDefault(n => !IsSibling(device, n)) is { } stranger)
            return $"{stranger.Bdf} is no further function of the device of {bdf}.";
        uint header = await configuration.ReadConfig(bdf with { Function = 0 }, HeaderType, 1);
        if (bdf.Function == 0 && (header & MultiFunction) == 0)
            return null;
        if (options is { AllSiblings: false, Siblings.Count: 0 })
            return $"{bdf} is a function of a device with several, all of which a CXL reset would reset.";
        IReadOnlyList<PciDevice> named = Named(device, options);
        for (byte function = 0; function < Bdf.FunctionsMax; function++)
        {
            Bdf other = bdf with { Function = function };
            if (other == bdf || named.Any(n => n.Bdf == other) || await configuration.ReadConfig(other, 0) == uint.MaxValue)
                continue;
            if (await IsAffected(device, other))
                return $"{other} would be reset with {bdf}, and {(options.AllSiblings ? "enumeration has not found it" : "was not named")}.";
        }

        return null;
    }

    /// <summary>The siblings that a reset with these options touches: what is in the Non-CXL Function Map is left alone, named or not.</summary>
    public async Task<IReadOnlyList<PciDevice>> Affected(PciDevice device, CxlResetOptions options)
    {
        var affected = new List<PciDevice>();
        foreach (PciDevice sibling in Named(device, options))
        {
            if (await configuration.ReadConfig(sibling.Bdf, 0) != uint.MaxValue && await IsAffected(device, sibling.Bdf))
                affected.Add(sibling);
        }

        return affected;
    }

    private static bool IsSibling(PciDevice device, PciDevice other) => other.Bdf with { Function = 0 } == device.Bdf with { Function = 0 } && other.Bdf != device.Bdf;

    private static IReadOnlyList<PciDevice> Named(PciDevice device, CxlResetOptions options) =>
        options.AllSiblings ? [.. device.Parent?.Children.Where(c => IsSibling(device, c)) ?? []] : options.Siblings;

    /// <summary>Whether CXL reset touches a function: the Non-CXL Function Map of function 0 names those that it does not.</summary>
    private async Task<bool> IsAffected(PciDevice device, Bdf other)
    {
        PciDevice first = device.Bdf.Function == 0 ? device : device.Parent?.Children.Find(c => c.Bdf == device.Bdf with { Function = 0 }) ?? device;
        int map = await locator.FindDvsec(first, CxlDvsec.FunctionMapId);
        // One word a function number, one bit a device number.
        return map == 0 || (await configuration.ReadConfig(first.Bdf, map + CxlDvsec.FunctionMap + 4 * other.Function) >> other.Device & 1) == 0;
    }
}
