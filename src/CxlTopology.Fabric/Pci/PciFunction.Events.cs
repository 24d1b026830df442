using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a function has to tell: interrupts by MSI or MSI-X, errors by RAS and Advanced Error Reporting.</summary>
/// <remarks>The messages it makes wait here until its port sends them. Memory is taken with the first.</remarks>
internal sealed partial class PciFunction
{
    private Queue<Message>? outgoing;
    private AerErrorLog? errors;
    private bool waits; // some vector of the MSI-X table was raised since a reset

    /// <summary>Its requester id, as the last write to its configuration space had it; 0 before that.</summary>
    public ushort RoutingId { get; set; }

    /// <summary>Whether there is something to send.</summary>
    public bool HasOutgoing => outgoing is { Count: > 0 };

    private AerErrorLog Errors => errors ??= new AerErrorLog(registers, layout);

    /// <summary>Whether it is in D3hot: it answers configuration requests, and does nothing else of CXL.io.</summary>
    public bool IsAsleep => registers.Get(layout.PowerManagement, PowerManagementRegisters.PowerState) == PowerManagementRegisters.D3Hot;

    /// <summary>Whether it may keep translations (ATS).</summary>
    public bool TranslationEnabled => layout.AddressTranslation is { } translation && registers.Get(translation, AddressTranslationRegisters.Enable);

    /// <summary>Whether it may make requests: Bus Master Enable is set, and it is awake.</summary>
    public bool IsMaster => registers.Get(layout.Header, layout.HeaderFields.BusMasterEnable) && !IsAsleep;

    /// <summary>Of an endpoint: a fatal error happened while viral was enabled. Only a reset ends it, not the clearing of its status.</summary>
    public bool IsViral { get; private set; }

    /// <summary>Completion Timeout Value; null while the timeout is disabled.</summary>
    public byte? CompletionTimeout => registers.Get(layout.PciExpress, layout.PciExpress.Table.CompletionTimeoutDisable)
        ? null
        : registers.Get(layout.PciExpress, layout.PciExpress.Table.CompletionTimeout);

    /// <summary>The next message to send.</summary>
    public Message TakeOutgoing() => outgoing!.Dequeue();

    /// <summary>Interrupts by a vector: at once, or when software lets it. Without MSI-X or MSI enabled nothing happens.</summary>
    public void Raise(int vector)
    {
        if (layout.Msi is { } msi && registers.Get(msi, MsiRegisters.Enable))
        {
            registers.Set(msi, MsiRegisters.Pending, true);
        }
        else if (layout.Msix is { } msix && registers.Get(msix, MsixRegisters.Enable))
        {
            Vectors!.Raise(vector);
            waits = true;
        }

        ReleaseInterrupts();
    }

    /// <summary>To be called after a write that may have let an interrupt go.</summary>
    public void ReleaseInterrupts()
    {
        if (layout.Msi is { } msi && registers.Get(msi, MsiRegisters.Pending))
        {
            if (!IsMaster || !registers.Get(msi, MsiRegisters.Enable) || registers.Get(msi, MsiRegisters.Masked))
                return;
            registers.Set(msi, MsiRegisters.Pending, false);
            Write((ulong)registers.Get(msi, MsiRegisters.AddressHigh) << 32 | (ulong)registers.Get(msi, MsiRegisters.AddressLow) << 2, registers.Get(msi, MsiRegisters.Data));
        }
        else if (waits && IsMaster && registers.Get(layout.Msix!, MsixRegisters.Enable) && !registers.Get(layout.Msix!, MsixRegisters.FunctionMask))
        {
            while (Vectors!.TryFire(out ulong address, out uint data))
                Write(address, data);
        }
    }

    /// <summary>An uncorrectable error of CXL.io.</summary>
    /// <param name="error">Which.</param>
    /// <param name="header">The request it concerns, up to four dwords.</param>
    /// <param name="advisory">Whether it is another function's to act on it.</param>
    public void Log(AerUncorrectable error, ReadOnlySpan<uint> header, bool advisory = false) => Report(Errors.Record(error, header, advisory));

    /// <summary>An uncorrectable error of CXL.cache or CXL.mem: RAS, and unless it is masked there an internal error in AER.</summary>
    /// <param name="error">Which.</param>
    /// <param name="header">What was received, up to 16 dwords.</param>
    public void Log(RasUncorrectable error, ReadOnlySpan<uint> header)
    {
        RasSignal signal = Components.Log(error, header);
        if (signal == RasSignal.None)
            return;
        if (signal == RasSignal.Fatal && layout.Device is { } device && registers.Get(device, device.Table.ViralEnable))
        {
            registers.Set(device, device.Table.ViralStatus, true);
            IsViral = true;
        }

        Report(Errors.Record(AerUncorrectable.Internal, []));
    }

    /// <summary>A correctable error of CXL.cache or CXL.mem.</summary>
    public void Log(RasCorrectable error)
    {
        if (Components.Log(error) != RasSignal.None)
            Report(Errors.Record(AerCorrectable.Internal));
    }

    /// <summary>Poison came in over the link: uncorrectable where the component passes poison on (Poison_Enabled), else correctable.</summary>
    public void LogPoison(ReadOnlySpan<uint> header)
    {
        if (Components.PoisonEnabled)
            Log(RasUncorrectable.PoisonReceived, header);
        else
            Log(RasCorrectable.MemPoisonReceived);
    }

    /// <summary>Of a bridge: an error message from below. True if it goes on.</summary>
    public bool PassesError(RasSignal signal)
    {
        if (layout.Type1 is not { } header)
            return false;
        PciExpressRegisters express = layout.PciExpress.Table;
        if (signal != RasSignal.Correctable)
            registers.Set(header, header.Table.SecondaryReceivedSystemError, true);
        if (!registers.Get(header, header.Table.BridgeSerr))
            return false;
        return signal switch
        {
            RasSignal.Correctable => registers.Get(layout.PciExpress, express.CorrectableReporting),
            RasSignal.Fatal => registers.Get(layout.PciExpress, express.FatalReporting) || registers.Get(header, header.Table.SerrEnable),
            _ => registers.Get(layout.PciExpress, express.NonFatalReporting) || registers.Get(header, header.Table.SerrEnable),
        };
    }

    /// <summary>Of a root port: an error message from below, or an error of its own. It interrupts if software asked for that.</summary>
    public void ReceiveError(RasSignal signal, ushort source)
    {
        RegisterView view = registers[layout.Aer];
        AerRegisters table = layout.Aer.Table;
        if (signal == RasSignal.Correctable)
        {
            if (view.Get(table.CorrectableReceived))
                view.Set(table.MultipleCorrectable, true);
            else
                view.Set(table.CorrectableSource, source);
            view.Set(table.CorrectableReceived, true);
            if (view.Get(table.ReportCorrectable))
                Raise(view.Get(table.InterruptMessage));
            return;
        }

        bool fatal = signal == RasSignal.Fatal;
        if (view.Get(table.UncorrectableReceived))
        {
            view.Set(table.MultipleUncorrectable, true);
        }
        else
        {
            view.Set(table.UncorrectableSource, source);
            view.Set(table.FirstFatal, fatal);
        }

        view.Set(table.UncorrectableReceived, true);
        view.Set(fatal ? table.FatalReceived : table.NonFatalReceived, true);
        if (view.Get(fatal ? table.ReportFatal : table.ReportNonFatal))
            Raise(view.Get(table.InterruptMessage));
    }

    /// <summary>Of a port that faces down: its link went down unasked. An error unless the slot is made for that.</summary>
    public void LogSurpriseDown()
    {
        if (!registers.Get(layout.PciExpress, layout.PciExpress.Table.HotPlugSurprise))
            Log(AerUncorrectable.SurpriseDown, []);
    }

    /// <summary>Of a port that faces down: its link came up or went down, which the slot tells software that asked for it.</summary>
    public void NoteLinkChange()
    {
        RegisterView view = registers[layout.PciExpress];
        PciExpressRegisters express = layout.PciExpress.Table;
        if (!view.Get(express.ActiveReporting))
            return;
        view.Set(express.LinkStateChanged, true);
        if (view.Get(express.HotPlugInterrupt) && view.Get(express.LinkStateChangedEnable))
            Raise(view.Get(express.InterruptMessage));
    }

    private void Write(ulong address, uint data) => (outgoing ??= new()).Enqueue(new Message
    {
        Kind = (byte)MessageKind.MemoryWrite,
        Address = address,
        Argument = data,
        Agent = RoutingId,
        Length = 1,
        Payload = -1,
    });

    private void Report(RasSignal signal)
    {
        if (signal == RasSignal.None)
            return;
        (outgoing ??= new()).Enqueue(new Message
        {
            Kind = (byte)MessageKind.ErrorMessage,
            Status = (byte)signal,
            Argument = RoutingId,
            Length = 1,
            Payload = -1,
        });
    }

    private void DropOutgoing()
    {
        outgoing = null;
        waits = false;
    }
}
