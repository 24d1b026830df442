using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Programs decoders and bridges of a <see cref="ResetBench"/>, as firmware would.</summary>
internal sealed class Programmer(HostProgram os, ResetBench bench)
{
    private const ulong Window = 4 * ResetBench.Quarter;

    /// <summary>The address of the HDM decoder capability of a function.</summary>
    public static async Task<ulong> Decoders(HostProgram os, PciDevice device) => (await new ComponentLocator(os, os).Locate(device)).HdmDecoders;

    /// <summary>The address of a capability in the component registers of a function.</summary>
    public static async Task<ulong> Component(HostProgram os, PciDevice device, uint id)
    {
        ulong array = await new ComponentLocator(os, os).FindBlock(device, 1) + 0x1000;
        uint head = (uint)await os.ReadMmio(array);
        for (uint i = 1; i <= head >> 24; i++)
        {
            uint entry = (uint)await os.ReadMmio(array + 4 * i);
            if ((entry & 0xFFFF) == id)
                return array + (entry >> 20);
        }

        throw new InvalidOperationException($"{device.Bdf} has no capability {id} in its component registers.");
    }

    /// <summary>Writes a one-way decoder and commits it; what control reads then.</summary>
    public static async Task<uint> Commit(HostProgram os, ulong hdm, int decoder, ulong first, ulong bytes, bool locked = false, uint target = 0, bool coherent = true)
    {
        ulong at = hdm + (ulong)HdmCapabilityRegisters.DecoderOffset(decoder);
        (ulong Offset, uint Value)[] writes =
        [
            (0x04, (uint)(first >> 32)), (0x00, (uint)first), (0x0C, (uint)(bytes >> 32)), (0x08, (uint)bytes), (0x18, 0), (0x14, target),
            (0x10, 0x200u | (locked ? 0x100u : 0) | (coherent ? 0 : 0x1000u)),
        ];
        foreach ((ulong offset, uint value) in writes)
            await os.WriteMmio(at + offset, value);
        return (uint)await os.ReadMmio(at + 0x10);
    }

    /// <summary>Has the bridges on the way lead the window to a device.</summary>
    public async Task Route(PciDevice device)
    {
        ComponentLocation bridge = await new ComponentLocator(os, os).Locate(bench.Bridge.Resources);
        await Commit(os, bridge.HdmDecoders, 0, ResetBench.Base, Window, target: os.Roots.Count > 0 && IsBelow(os.Roots[1], device) ? 1u : 0);
        if (bench.Switch is not null)
            await Commit(os, await Decoders(os, os.At(0, 0)), 0, ResetBench.Base, Window, target: IsBelow(os.At(0, 0, 1), device) ? 1u : 0);
    }

    /// <summary>Enables cache and memory of a device, and its decoders.</summary>
    public async Task Enable(PciDevice device)
    {
        int dvsec = await os.Dvsec(device, 0);
        uint control = await os.ReadConfig(device.Bdf, dvsec + 0x0C, 2);
        await os.WriteConfig(device.Bdf, dvsec + 0x0C, control | 5, 2);
        await os.WriteMmio(await Decoders(os, device) + 4, 2);
    }

    /// <summary>Commits a decoder of a device, unless it is.</summary>
    public async Task Commit(PciDevice device, int decoder, ulong first, ulong bytes, bool locked = false)
    {
        ulong hdm = await Decoders(os, device);
        uint control = (uint)await os.ReadMmio(hdm + (ulong)HdmCapabilityRegisters.DecoderOffset(decoder) + 0x10);
        if ((control & 0x400) == 0)
            control = await Commit(os, hdm, decoder, first, bytes, locked);
        Assert.Equal(0x400u, control & 0xC00);
    }

    /// <summary>Numbers the buses of the switch and opens its windows again, after it was reset.</summary>
    public async Task Reopen()
    {
        foreach (PciDevice bridge in (PciDevice[])[os.At(0, 0), os.At(0, 0, 0), os.At(0, 0, 1)])
        {
            await os.WriteConfig(bridge.Bdf, 0x18, bridge.Bdf.Bus | (uint)bridge.SecondaryBus << 8 | (uint)bridge.SubordinateBus << 16);
            await os.Restore(bridge);
            (uint Window, uint BaseHigh, uint LimitHigh) window = bench.Windows[bridge];
            await os.WriteConfig(bridge.Bdf, 0x28, window.BaseHigh);
            await os.WriteConfig(bridge.Bdf, 0x2C, window.LimitHigh);
            await os.WriteConfig(bridge.Bdf, 0x24, window.Window);
        }
    }

    private static bool IsBelow(PciDevice port, PciDevice device)
    {
        for (PciDevice? at = device; at is not null; at = at.Parent)
        {
            if (at == port)
                return true;
        }

        return false;
    }
}
