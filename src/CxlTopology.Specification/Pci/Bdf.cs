using System.Globalization;

namespace CxlTopology.Specification;

/// <summary>Where a PCI function is: segment, bus (0 to 255), device (0 to 31), function (0 to 7).</summary>
/// <remarks>Configuration space lies as ECAM has it: 4 KiB a function, 1 MiB a bus, 256 MiB a segment.</remarks>
public readonly record struct Bdf(ushort Segment, byte Bus, byte Device, byte Function)
{
    /// <summary>Bytes of configuration space of a function.</summary>
    public const int ConfigurationBytes = 4096;

    /// <summary>Devices on a bus.</summary>
    public const int DevicesMax = 32;

    /// <summary>Functions of a device.</summary>
    public const int FunctionsMax = 8;

    /// <summary>Buses in a segment.</summary>
    public const int BusesMax = 256;

    /// <summary>The address of a register in configuration space.</summary>
    /// <param name="offset">0 to 4095.</param>
    public ulong ConfigurationAddress(int offset) =>
        (ulong)Segment << 28 | (ulong)Bus << 20 | (ulong)(Device & 31) << 15 | (ulong)(Function & 7) << 12 | (uint)(offset & (ConfigurationBytes - 1));

    /// <summary>The function that an address in configuration space belongs to.</summary>
    public static Bdf OfConfigurationAddress(ulong address) =>
        new((ushort)(address >> 28), (byte)(address >> 20), (byte)(address >> 15 & 31), (byte)(address >> 12 & 7));

    /// <summary>
    /// Which of a component's ports a device and function on its bus stand for: the first 32 are devices 0 to 31, the next function 1 of
    /// each, and so on.
    /// </summary>
    public int PortIndex => Function * DevicesMax + Device;

    /// <summary>Device and function of a component's port, by its index, 0 to 255.</summary>
    public Bdf WithPort(int index) => this with { Device = (byte)(index % DevicesMax), Function = (byte)(index / DevicesMax) };

    /// <summary>Bus, device and function in 16 bits, as requesters are identified.</summary>
    public ushort RoutingId => (ushort)(Bus << 8 | (Device & 31) << 3 | (Function & 7));

    /// <summary>As Linux prints it: <c>0000:0c:00.0</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Segment:x4}:{Bus:x2}:{Device:x2}.{Function}");
}
