using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What resets ask of a function, and do to it.</summary>
internal sealed partial class PciFunction
{
    private const int Control2Offset = 0x10;
    private const int Status2Offset = 0x12;
    private ResetRequests requests;
    private ushort logicalDevices;

    /// <summary>Of a port: Secondary Bus Reset is set, and not masked.</summary>
    public bool IsInSecondaryBusReset => layout.Type1 is { } header
        && registers.Get(header, header.Table.SecondaryBusReset)
        && (layout.Port is not { } port || registers.Get(port, PortDvsecRegisters.UnmaskSbr));

    /// <summary>Of a port: Link Disable is set, and not masked.</summary>
    public bool IsLinkDisabled => layout.Port is { } port
        && registers.Get(layout.PciExpress, layout.PciExpress.Table.LinkDisable)
        && registers.Get(port, PortDvsecRegisters.UnmaskLinkDisable);

    /// <summary>Of an endpoint: its device DVSEC, for what the device itself changes there.</summary>
    public (RegisterView View, DeviceDvsecRegisters Fields)? Device => layout.Device is { } device ? (registers[device], device.Table) : null;

    /// <summary>What the last write asked for; asked once.</summary>
    public ResetRequests TakeRequests()
    {
        ResetRequests asked = requests;
        requests = ResetRequests.None;
        return asked;
    }

    /// <summary>All registers of the function after a reset, those of its components too but for HDM decoders. What the link says is the caller's to tell again.</summary>
    public void Reset(ResetKind kind)
    {
        routed = false;
        registers.Reset(kind);
        vectors?.Reset(kind);
        exchange?.Reset();
        requests = ResetRequests.None;
        DropOutgoing();
        IsViral &= kind == ResetKind.Function; // that one does not touch CXL.cache and CXL.mem
        if (!isFurther)
            Components.Reset(kind);
    }

    /// <summary>Of an endpoint: whether its registers have volatile memory kept over a conventional reset, as they are before it.</summary>
    public bool KeepsVolatile(ResetKind kind)
    {
        if (Device is not var (view, fields))
            return false;
        return kind switch
        {
            ResetKind.Cold => view.Get(fields.VolatileStateCold),
            ResetKind.Warm => view.Get(fields.VolatileStateWarm),
            _ => view.Get(view.Get(fields.HotResetStateConfigurable) ? fields.DesiredVolatileState : fields.VolatileStateHot),
        };
    }

    /// <summary>What a read gives while the device is in a CXL reset: all ones, but in STATUS2.</summary>
    /// <returns>Whether STATUS2 is in it.</returns>
    public bool ReadInReset(int offset, int bytes, out ulong value)
    {
        value = IoWidth.AllOnes(bytes);
        int inside = layout.Device is { } device ? offset - device.Offset : -1;
        if (inside is not (Control2Offset or Status2Offset or Status2Offset + 1) || inside + bytes <= Status2Offset || offset % bytes != 0)
            return false;
        value = registers.Read(offset, bytes);
        if (inside == Control2Offset)
            value |= 0xFFFF;
        return true;
    }

    /// <summary>The logical devices, a bit each, that the last write asked a hot reset of; asked once.</summary>
    public ushort TakeLogicalDevices()
    {
        ushort asked = logicalDevices;
        logicalDevices = 0;
        return asked;
    }

    private void Note(in RegisterWrite write)
    {
        PciExpressRegisters express = layout.PciExpress.Table;
        if (layout.Type0 is not null)
            Ask(ResetRequests.Function, registers.Get(layout.PciExpress, express.FunctionLevelResetCapable) && write.WroteOne(layout.PciExpress, express.InitiateFunctionLevelReset));
        if (layout.Device is { } device)
        {
            DeviceDvsecRegisters fields = device.Table;
            Ask(ResetRequests.Cxl, registers.Get(device, fields.ResetCapable) && write.WroteOne(device, fields.InitiateReset));
            Ask(ResetRequests.WriteBack, registers.Get(device, fields.WriteBackCapable) && write.WroteOne(device, fields.InitiateWriteBack));
            Ask(ResetRequests.Caching, write.Changed(device, fields.DisableCaching));
        }

        if (layout.Mld is { } mld && write.Written(mld, MldRegisters.HotResetVector) is not 0 and ushort vector)
        {
            logicalDevices |= vector;
            requests |= ResetRequests.Logical;
        }
        else if (layout.Type1 is { } header)
        {
            bool written = write.Changed(header, header.Table.SecondaryBusReset) || write.Changed(layout.PciExpress, express.LinkDisable)
                || layout.Port is { } port && (write.Changed(port, PortDvsecRegisters.UnmaskSbr) || write.Changed(port, PortDvsecRegisters.UnmaskLinkDisable));
            Ask(ResetRequests.Bridge, written);
        }
    }

    private void Ask(ResetRequests what, bool asked)
    {
        if (asked)
            requests |= what;
    }
}
