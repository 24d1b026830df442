using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Makes <c>root0</c> of what ACPI says: a downstream port for each host bridge with a CHBS, a root decoder for each usable window of the CEDT, and the ports of the host bridges.</summary>
internal sealed class RootProbe(CxlCore core)
{
    /// <summary>The provider of the only root, as Linux names it.</summary>
    public const string Provider = "ACPI.CXL";

    private readonly Dictionary<uint, HostBridgeStructure> structures = [];
    private readonly Dictionary<int, CxlDport> dports = [];
    private Cedt cedt = null!;

    /// <exception cref="ErrnoException">The CEDT is no table.</exception>
    public async Task Probe()
    {
        if (!Cedt.TryParse(core.Platform.Cedt.Span, out Cedt? table, out string? problem))
            throw new ErrnoException(Errno.ENXIO, $"the CEDT cannot be used: {problem}");
        cedt = table;
        core.Log.AddRange(cedt.Ignored.Select(what => "ACPI: CEDT " + what));
        foreach (HostBridgeStructure structure in cedt.HostBridges)
            structures.TryAdd(structure.Uid, structure); // of several with one UID the first counts
        var root = new CxlPort { Kind = CxlPortKind.Root, Id = core.PortIds.Take(), Host = Provider };
        core.Root = root;
        for (int i = 0; i < core.Platform.Bridges.Count; i++)
            AddDport(root, i);
        foreach (FixedMemoryWindowStructure window in cedt.Windows)
            AddDecoder(root, window);
        var ports = new PortProbe(core);
        foreach (CxlDport dport in root.Dports)
            await ports.AddHostBridge(dport);
    }

    private static string NodeName(int index) => string.Create(CultureInfo.InvariantCulture, $"ACPI0016:{index:x2}");

    private void AddDport(CxlPort root, int index)
    {
        (int uid, HostBridgeResources resources) = core.Platform.Bridges[index];
        if (!structures.TryGetValue((uint)uid, out HostBridgeStructure? structure))
        {
            core.Log.Add($"{NodeName(index)}: no CHBS for the host bridge with UID {uid}");
            return;
        }

        if (structure.Version == HostBridgeVersion.Cxl11)
        {
            core.Log.Add($"{NodeName(index)}: the CHBS of UID {uid} is that of a restricted host (CXL 1.1), which is not supported");
            return;
        }

        if (dports.ContainsKey(uid))
        {
            core.Log.Add($"{NodeName(index)}: UID {uid} is taken already");
            return;
        }

        var dport = new CxlDport
        {
            Port = root,
            Id = uid,
            Name = string.Create(CultureInfo.InvariantCulture, $"pci{resources.Segment:x4}:{resources.FirstBus:x2}"),
            FirmwareNode = NodeName(index),
            Bridge = resources,
            ComponentRegisters = structure.Base.Value,
        };
        core.Add(dport);
        dports.Add(uid, dport);
    }

    private void AddDecoder(CxlPort root, FixedMemoryWindowStructure structure)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"[mem 0x{structure.Base:x}-0x{structure.Base + structure.Size - 1:x}]");
        WindowRefusal refusal = structure.TryToWindow(cedt.XorMaths, out FixedMemoryWindow? window);
        if (refusal != WindowRefusal.None)
        {
            Errno errno = refusal == WindowRefusal.XorMapsTooFew ? Errno.ENXIO : Errno.EINVAL;
            core.Log.Add($"{Provider}: the CFMWS range {range} is not usable: {refusal} ({errno})");
            return;
        }

        var decoder = new CxlRootDecoder
        {
            Port = root,
            Instance = root.Decoders.Count,
            Window = window!,
            Base = window!.Base,
            Size = window.Size,
            Interleave = window.Interleave,
            TargetType = TargetRangeType.HostOnly,
            Enabled = true,
            Locked = (window.Restrictions & WindowRestrictions.Fixed) != 0,
        };
        foreach (int uid in window.Targets)
        {
            if (dports.GetValueOrDefault(uid) is { } dport)
            {
                decoder.Targets.Add(dport);
                continue;
            }

            core.Log.Add($"{Provider}: failed to add the decode range {range}: no host bridge has the UID {uid} of its target list ({Errno.ENXIO})");
            return;
        }

        root.Decoders.Add(decoder);
    }
}
