namespace CxlTopology.Specification;

/// <summary>
/// How a component records errors in its RAS registers: status, first error pointer, header log, and those that wait behind.
/// </summary>
/// <remarks>
/// A masked error sets its status and nothing else. The first that is not is pointed at with its header; later ones wait, one of each
/// kind (a second of a kind that waits already is the same to software), and come up in order as software clears the one pointed at.
/// Memory is taken with the first error.
/// </remarks>
public sealed class RasErrorLog
{
    private readonly RegisterBank bank;
    private readonly RegisterBlock block;
    private List<Entry>? waiting;
    private RasUncorrectable? first;

    /// <summary>The log of a component.</summary>
    /// <param name="bank">Its component registers.</param>
    /// <param name="block">The RAS capability among them.</param>
    /// <exception cref="ArgumentException">The block is another capability.</exception>
    public RasErrorLog(RegisterBank bank, RegisterBlock block)
    {
        if (!ReferenceEquals(block.Map, RasRegisters.Map))
            throw new ArgumentException($"{block} is not a RAS capability.", nameof(block));
        this.bank = bank;
        this.block = block;
    }

    /// <summary>Errors that wait behind the one pointed at: at most one of each kind.</summary>
    public int Waiting => waiting?.Count ?? 0;

    /// <summary>An uncorrectable error happened.</summary>
    /// <param name="error">Which.</param>
    /// <param name="header">What was received, up to 16 dwords.</param>
    /// <returns>What it is reported as.</returns>
    /// <exception cref="ArgumentException">The header is longer.</exception>
    public RasSignal Record(RasUncorrectable error, ReadOnlySpan<uint> header)
    {
        if (header.Length > RasRegisters.HeaderWords)
            throw new ArgumentException($"A header has up to {RasRegisters.HeaderWords} dwords, not {header.Length}.", nameof(header));
        RegisterView view = bank[block];
        view.Set(RasRegisters.Status(error), true);
        if (view.Get(RasRegisters.Mask(error)))
            return RasSignal.None;
        if (first is null)
            Point(view, new Entry(error, header.ToArray()));
        else if (first != error && !IsWaiting(error))
            (waiting ??= []).Add(new Entry(error, header.ToArray()));
        return view.Get(RasRegisters.Severity(error)) ? RasSignal.Fatal : RasSignal.NonFatal;
    }

    /// <summary>A correctable error happened.</summary>
    /// <returns>What it is reported as.</returns>
    public RasSignal Record(RasCorrectable error)
    {
        RegisterView view = bank[block];
        view.Set(RasRegisters.Status(error), true);
        return view.Get(RasRegisters.Mask(error)) ? RasSignal.None : RasSignal.Correctable;
    }

    /// <summary>To be called after every write by software to the component registers: what was cleared makes way for what waits.</summary>
    public void OnWrite(in RegisterWrite write)
    {
        if (first is not null && write.ChangedAnything)
            Advance();
    }

    /// <summary>To be called after a reset: only a cold one clears what is recorded, as the registers are sticky.</summary>
    public void OnReset(ResetKind kind)
    {
        if (kind != ResetKind.Cold)
            return;
        first = null;
        waiting = null;
    }

    private void Advance()
    {
        RegisterView view = bank[block];
        waiting?.RemoveAll(entry => !view.Get(RasRegisters.Status(entry.Error)));
        if (first is RasUncorrectable current && view.Get(RasRegisters.Status(current)))
            return;
        first = null;
        if (waiting is null or [])
            return;
        Entry next = waiting[0];
        waiting.RemoveAt(0);
        Point(view, next);
    }

    private bool IsWaiting(RasUncorrectable error) => waiting is not null && waiting.Exists(entry => entry.Error == error);

    private void Point(RegisterView view, Entry entry)
    {
        first = entry.Error;
        view.Set(RasRegisters.FirstErrorPointer, (byte)entry.Error);
        for (int i = 0; i < RasRegisters.HeaderWords; i++)
            view.SetWord(RasRegisters.HeaderLogOffset + (4 * i), i < entry.Header.Length ? entry.Header[i] : 0);
    }

    private readonly record struct Entry(RasUncorrectable Error, uint[] Header);
}
