using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>The contents of a memory: 4 KiB pages, there once something was written to them; everything else reads as zero.</summary>
/// <remarks>At most <see cref="PagesMax"/> pages (64 GiB); one more ends the run with <see cref="SimulationLimitException"/>.</remarks>
internal sealed class SparseMemory
{
    /// <summary>Pages that a memory holds at the most.</summary>
    public const int PagesMax = 1 << 24;

    private const int PageShift = 12;
    private readonly Dictionary<ulong, Page> pages = [];
    private ulong lastNumber = ulong.MaxValue;
    private Page? last;

    /// <summary>Pages in use.</summary>
    public int PageCount => pages.Count;

    /// <summary>Copies a line; true if it is poisoned.</summary>
    public bool Read(ulong address, Span<byte> line)
    {
        if (Find(address, create: false) is not { } page)
        {
            line.Clear();
            return false;
        }

        int offset = (int)(address & 0xFFF);
        page.Bytes.AsSpan(offset, line.Length).CopyTo(line);
        return (page.Poison >> (offset >> 6) & 1) != 0;
    }

    /// <summary>Writes those bytes of a line that <paramref name="enables"/> has a one for. A whole line sets its poison, a partial one keeps what is there.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> line, ulong enables, bool poison)
    {
        if (Find(address, create: false) is not { } page)
        {
            if (!poison && !line.ContainsAnyExcept((byte)0))
                return; // it reads as zero as it is
            page = Find(address, create: true)!;
        }

        int offset = (int)(address & 0xFFF);
        ulong bit = 1UL << (offset >> 6);
        Span<byte> target = page.Bytes.AsSpan(offset, 64);
        if (enables == ulong.MaxValue)
        {
            line.CopyTo(target);
            page.Poison = poison ? page.Poison | bit : page.Poison & ~bit;
            page.Lost &= ~bit;
            return;
        }

        for (int i = 0; i < 64; i++)
        {
            if ((enables >> i & 1) != 0)
                target[i] = line[i];
        }

        if (poison)
            page.Poison |= bit;
    }

    /// <summary>Zeros, without poison, from one address up to another: both multiples of 4 KiB. What was written there is lost.</summary>
    public void Clear(ulong from, ulong to)
    {
        foreach ((ulong number, Page page) in pages)
        {
            if (number < from >> PageShift || number >= to >> PageShift)
                continue;
            Array.Clear(page.Bytes);
            page.Poison = 0;
            page.Lost = ulong.MaxValue;
            HasLost = true;
        }
    }

    /// <summary>Whether anything was ever lost.</summary>
    public bool HasLost { get; private set; }

    /// <summary>Whether something may have been written to a line before it was cleared, and the whole line was not since.</summary>
    public bool IsLost(ulong address) => Find(address, create: false) is { } page && (page.Lost >> ((int)(address & 0xFFF) >> 6) & 1) != 0;

    private Page? Find(ulong address, bool create)
    {
        ulong number = address >> PageShift;
        if (number == lastNumber)
            return last;
        if (!pages.TryGetValue(number, out Page? page))
        {
            if (!create)
                return null;
            if (pages.Count == PagesMax)
                throw new SimulationLimitException($"A simulated memory holds more than {PagesMax:N0} written pages of 4 KiB. Switch payloads off, or write to fewer places.");
            pages.Add(number, page = new Page());
        }

        lastNumber = number;
        last = page;
        return page;
    }

    private sealed class Page
    {
        public readonly byte[] Bytes = new byte[1 << PageShift];
        public ulong Poison;
        public ulong Lost;
    }
}
