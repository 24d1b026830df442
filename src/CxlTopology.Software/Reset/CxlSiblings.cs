using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The functions that a CXL reset of one function resets with it: all CXL functions of the device.</summary>
internal sealed class CxlSiblings(IConfigurationBus configuration, ComponentLocator locator)
{
    private const int HeaderType = 0x0E;
    private const uint MultiFunction = 0x80;

    /// <summary>Why a device cannot be reset with just these siblings; null if it can.</summary>
    public async Task<string?> Refusal(PciDevice device, IReadOnlyList<PciDevice> named)
    {
        Bdf bdf = device.Bdf;
        if (named.FirstOrDefault(n => n.Bdf with { Function = 0 } != bdf with { Function = 0 } || n.Bdf == bdf) is { } stranger)
            return $"{stranger.Bdf} is no further function of the device of {bdf}.";
        uint header = await configuration.ReadConfig(bdf with { Function = 0 }, HeaderType, 1);
        if (bdf.Function == 0 && (header & MultiFunction) == 0)
            return null;
        if (named.Count == 0)
            return $"{bdf} is a function of a device with several, all of which a CXL reset would reset.";
        for (byte function = 0; function < Bdf.FunctionsMax; function++)
        {
            Bdf other = bdf with { Function = function };
            if (other == bdf || named.Any(n => n.Bdf == other) || await configuration.ReadConfig(other, 0) == uint.MaxValue)
                continue;
            if (await IsAffected(device, other))
                return $"{other} would be reset with {bdf}, and was not named.";
        }

        return null;
    }

    /// <summary>Whether CXL reset touches a function: the Non-CXL Function Map names those that it does not.</summary>
    private async Task<bool> IsAffected(PciDevice device, Bdf other)
    {
        int map = await locator.FindDvsec(device, CxlDvsec.FunctionMapId);
        // One word a function number, one bit a device number.
        return map == 0 || (await configuration.ReadConfig(device.Bdf, map + CxlDvsec.FunctionMap + 4 * other.Function) >> other.Device & 1) == 0;
    }
}
