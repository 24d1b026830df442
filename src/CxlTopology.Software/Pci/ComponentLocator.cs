using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Finds the registers of CXL components as software does: DVSECs in configuration space, the register locator, the capability array of the component registers.</summary>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
public sealed class ComponentLocator(IConfigurationBus configuration, IMmioBus mmio)
{
    private const ushort DvsecCapability = 0x23;
    private const uint CxlVendor = 0x1E98;
    private const uint DeviceDvsec = 0;
    private const uint RegisterLocator = 8;
    private const int FirstEntry = 0x0C;
    private const uint ComponentBlock = 1;
    private const ulong CacheMemRegisters = 0x1000;
    private const uint HdmCapability = 5;

    /// <summary>The registers of a host bridge, whose component registers ACPI tells.</summary>
    public Task<ComponentLocation> Locate(HostBridgeResources bridge) => LocateBlock(null, bridge.RegisterBase, 0);

    /// <summary>The registers of a switch port or endpoint.</summary>
    public async Task<ComponentLocation> Locate(PciDevice device)
    {
        int dvsec = await FindDvsec(device, DeviceDvsec);
        ulong block = await FindBlock(device, ComponentBlock);
        return await LocateBlock(device.Bdf, block, dvsec);
    }

    /// <summary>The offset of a CXL DVSEC of a function; 0 if it has none.</summary>
    public async Task<int> FindDvsec(PciDevice device, uint id)
    {
        if (device.CxlDvsecs is null)
        {
            var found = new List<(uint, int)>();
            foreach ((ushort capability, int offset) in device.ExtendedCapabilities)
            {
                if (capability == DvsecCapability && (await configuration.ReadConfig(device.Bdf, offset + 4) & 0xFFFF) == CxlVendor)
                    found.Add((await configuration.ReadConfig(device.Bdf, offset + 8, 2), offset));
            }

            device.CxlDvsecs = found;
        }

        foreach ((uint known, int offset) in device.CxlDvsecs)
        {
            if (known == id)
                return offset;
        }

        return 0;
    }

    /// <summary>The address of a register block that the register locator names; 0 if it names none that lies in a BAR.</summary>
    public async Task<ulong> FindBlock(PciDevice device, uint id)
    {
        int locator = await FindDvsec(device, RegisterLocator);
        if (locator == 0)
            return 0;
        int length = (int)(await configuration.ReadConfig(device.Bdf, locator + 4) >> 20);
        for (int at = FirstEntry; at + 8 <= length; at += 8)
        {
            uint low = await configuration.ReadConfig(device.Bdf, locator + at);
            if ((low >> 8 & 0xFF) != id)
                continue;
            ulong offset = (ulong)await configuration.ReadConfig(device.Bdf, locator + at + 4) << 32 | (low & 0xFFFF_0000);
            PciBar? bar = device.Bars.Find(b => b.Index == (int)(low & 7));
            if (bar is not null && (bar.Size == 0 || offset + HostBridgeResources.RegisterBytes <= bar.Size))
                return bar.Base + offset;
        }

        return 0;
    }

    /// <summary>The registers of a component whose block is known.</summary>
    public async Task<ComponentLocation> LocateBlock(Bdf? function, ulong block, int dvsec)
    {
        if (block == 0)
            return new ComponentLocation(function, 0, dvsec);
        ulong array = block + CacheMemRegisters;
        uint head = (uint)await mmio.ReadMmio(array);
        if ((head & 0xFFFF) != 1)
            return new ComponentLocation(function, 0, dvsec) { Block = block }; // not the head of a capability array
        var capabilities = new List<(ushort, byte, ulong)>();
        ulong decoders = 0;
        for (uint i = 1; i <= head >> 24; i++)
        {
            uint entry = (uint)await mmio.ReadMmio(array + 4 * i);
            ushort id = (ushort)entry;
            if (id is 0 or ushort.MaxValue)
                continue; // a null capability, or nothing answers
            ulong address = array + (entry >> 20);
            capabilities.Add((id, (byte)(entry >> 16 & 0xF), address));
            if (id == HdmCapability && decoders == 0)
                decoders = address;
        }

        return new ComponentLocation(function, decoders, dvsec) { Block = block, Capabilities = capabilities };
    }
}
