namespace CxlTopology.Specification;

/// <summary>How a function records errors: device status, Advanced Error Reporting with first error pointer and header log.</summary>
/// <remarks>
/// Device status and the status bit are set whether the error is masked or not; the pointer and the header are those of the first error
/// that is not, until software clears its status. Whether anything is sent is decided by the enables of device control and the command
/// register.
/// </remarks>
public sealed class AerErrorLog
{
    /// <summary>Dwords of the header log.</summary>
    public const int HeaderWords = 4;

    private readonly RegisterBank bank;
    private readonly RegisterBlock<AerRegisters> block;
    private readonly RegisterBlock<PciExpressRegisters> express;
    private readonly Field<bool> systemErrors;
    private readonly RegisterBlock header;
    private AerUncorrectable? first;

    /// <summary>The log of a function.</summary>
    /// <param name="bank">Its configuration space.</param>
    /// <param name="layout">The layout of it.</param>
    public AerErrorLog(RegisterBank bank, ConfigSpaceLayout layout)
    {
        this.bank = bank;
        block = layout.Aer;
        express = layout.PciExpress;
        header = layout.Header;
        systemErrors = layout.HeaderFields.SerrEnable;
    }

    /// <summary>An uncorrectable error happened.</summary>
    /// <param name="error">Which.</param>
    /// <param name="received">The header of the request it concerns, up to four dwords.</param>
    /// <param name="advisory">
    /// Another function is to act on it: unless it is fatal it is reported as a correctable one, if at all (Advisory Non-Fatal).
    /// </param>
    /// <returns>The message to send to the root port.</returns>
    /// <exception cref="ArgumentException">The header is longer.</exception>
    public RasSignal Record(AerUncorrectable error, ReadOnlySpan<uint> received, bool advisory = false)
    {
        if (received.Length > HeaderWords)
            throw new ArgumentException($"A header has up to {HeaderWords} dwords, not {received.Length}.", nameof(received));
        AerRegisters table = block.Table;
        PciExpressRegisters device = express.Table;
        bool fatal = bank.Get(block, table.Severity(error));
        bool unsupported = error == AerUncorrectable.UnsupportedRequest;
        if (unsupported)
            bank.Set(express, device.UnsupportedDetected, true);
        if (advisory && !fatal)
            return RecordAdvisory(error, received);

        bank.Set(express, fatal ? device.FatalDetected : device.NonFatalDetected, true);
        bank.Set(block, table.Status(error), true);
        if (bank.Get(block, table.Mask(error)))
            return RasSignal.None;
        Point(error, received);
        bool reported = bank.Get(express, fatal ? device.FatalReporting : device.NonFatalReporting)
            && (!unsupported || bank.Get(express, device.UnsupportedReporting));
        if (!reported && !bank.Get(header, systemErrors))
            return RasSignal.None;
        return fatal ? RasSignal.Fatal : RasSignal.NonFatal;
    }

    /// <summary>A correctable error happened.</summary>
    /// <returns>The message to send to the root port.</returns>
    public RasSignal Record(AerCorrectable error)
    {
        bank.Set(express, express.Table.CorrectableDetected, true);
        bank.Set(block, block.Table.Status(error), true);
        return !bank.Get(block, block.Table.Mask(error)) && bank.Get(express, express.Table.CorrectableReporting)
            ? RasSignal.Correctable
            : RasSignal.None;
    }

    private RasSignal RecordAdvisory(AerUncorrectable error, ReadOnlySpan<uint> received)
    {
        AerRegisters table = block.Table;
        bank.Set(express, express.Table.CorrectableDetected, true);
        bank.Set(block, table.Status(AerCorrectable.AdvisoryNonFatal), true);
        if (bank.Get(block, table.Mask(AerCorrectable.AdvisoryNonFatal)))
            return RasSignal.None;
        bank.Set(block, table.Status(error), true);
        if (!bank.Get(block, table.Mask(error)))
            Point(error, received);
        return bank.Get(express, express.Table.CorrectableReporting) ? RasSignal.Correctable : RasSignal.None;
    }

    private void Point(AerUncorrectable error, ReadOnlySpan<uint> received)
    {
        RegisterView view = bank[block];
        if (first is { } earlier && view.Get(block.Table.Status(earlier)))
            return;
        first = error;
        view.Set(block.Table.FirstErrorPointer, (byte)error);
        for (int i = 0; i < HeaderWords; i++)
            view.SetWord(AerRegisters.HeaderLogOffset + (4 * i), i < received.Length ? received[i] : 0);
    }
}
