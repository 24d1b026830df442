using System.Globalization;
using System.Text;
using static CxlTopology.Specification.Survival;

namespace CxlTopology.Specification;

/// <summary>What survives which reset, as the one table that all hardware of the model follows.</summary>
/// <remarks>
/// What registers do is derived from it (<see cref="ResetRules"/>), and so is what becomes of caches and memory. To correct the model,
/// correct a cell here.
/// </remarks>
public static class SurvivalTable
{
    // One row an event; columns in the order of ResetSubject:
    //   configuration, decoders, locked decoders, DVSEC, locked DVSEC, LOCK, component registers, coherence path, sticky, cache, volatile, persistent, other CXL functions, other functions, engines.
    private static readonly Survival[,] table =
    {
        { Lost, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Stopped },
        { Lost, Lost, Kept, Lost, Kept, Kept, Lost, Lost, Kept, WrittenBack, ClearedIfEnabled, Kept, Lost, Kept, Stopped },
        { Lost, Lost, Lost, Lost, Lost, Lost, Lost, Lost, Kept, Lost, AsConfigured, Kept, Lost, Lost, Stopped },
        { Lost, Lost, Lost, Lost, Lost, Lost, Lost, Lost, Kept, Lost, AsConfigured, Kept, Lost, Lost, Stopped },
        { Kept, Lost, Lost, Kept, Kept, Kept, Kept, Kept, Kept, Kept, AsConfigured, Kept, Kept, Kept, Kept },
        { Lost, Lost, Lost, Lost, Lost, Lost, Lost, Lost, Kept, Lost, AsConfigured, Kept, Lost, Lost, Stopped },
        { Lost, Lost, Lost, Lost, Lost, Lost, Lost, Lost, Lost, Lost, AsConfigured, Kept, Lost, Lost, Stopped },
        { Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, Kept, WrittenBack, Kept, Kept, Kept, Kept, Kept },
    };

    /// <summary>What becomes of a subject over an event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event or subject.</exception>
    public static Survival Of(ResetEvent happened, ResetSubject subject)
    {
        if ((uint)happened >= (uint)table.GetLength(0))
            throw new ArgumentOutOfRangeException(nameof(happened), happened, "Not an event of the table.");
        return (uint)subject < (uint)table.GetLength(1)
            ? table[(int)happened, (int)subject]
            : throw new ArgumentOutOfRangeException(nameof(subject), subject, "Not a subject of the table.");
    }

    /// <summary>The row of a kind of reset: of a hot one, that of Secondary Bus Reset, which is that of a link that went down as well.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind.</exception>
    public static ResetEvent EventOf(ResetKind kind) => kind switch
    {
        ResetKind.Cold => ResetEvent.ColdReset,
        ResetKind.Warm => ResetEvent.WarmReset,
        ResetKind.Hot => ResetEvent.HotReset,
        ResetKind.Function => ResetEvent.FunctionLevelReset,
        ResetKind.Cxl => ResetEvent.CxlReset,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of reset."),
    };

    /// <summary>What becomes of a subject over a kind of reset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such kind or subject.</exception>
    public static Survival Of(ResetKind kind, ResetSubject subject) => Of(EventOf(kind), subject);

    /// <summary>The table as a page of Markdown: <c>docs/resets.md</c>.</summary>
    public static string ToMarkdown()
    {
        var page = new StringBuilder();
        page.Append("""
            # What survives a reset

            Printed from the table in the code that the simulated hardware follows.

            | cell | what it means |
            |---|---|
            | kept | as before |
            | lost | back to the initial value; contents are gone (lost memory reads as zeros) |
            | as configured | volatile memory is kept if CAPABILITY3 of the device DVSEC says so for this reset, or, after a hot reset of a device that lets software choose, if CONTROL2 says so; else it is lost |
            | written back | dirty lines are written back, then no line is valid |
            | stopped | what they wait for is given up; software has to start them again |
            | cleared if enabled | zeros if CXL Reset Mem Clr Enable is set in CONTROL2; else left open by the specification, and kept by this model |

            A link that goes down is a hot reset for everything below it, through switches too. Sticky bits are lost only when power goes.
            A function-level reset is about function 0 here; one of another function resets that function's configuration space and nothing else.
            A hot reset of a logical device is about its own decoders and memory; registers of the device are its fabric manager's.
            Secondary Bus Reset and Link Disable do nothing on a CXL link until the port's DVSEC unmasks them.

            """);
        page.Append('\n').Append("| what |");
        ResetEvent[] events = Enum.GetValues<ResetEvent>();
        foreach (ResetEvent happened in events)
            page.Append(CultureInfo.InvariantCulture, $" {Words(happened.ToString())} |");
        page.Append('\n').Append("|---|").Insert(page.Length, "---|", events.Length).Append('\n');
        foreach (ResetSubject subject in Enum.GetValues<ResetSubject>())
        {
            page.Append(CultureInfo.InvariantCulture, $"| {NameOf(subject)} |");
            foreach (ResetEvent happened in events)
                page.Append(CultureInfo.InvariantCulture, $" {Words(Of(happened, subject).ToString())} |");
            page.Append('\n');
        }

        return page.ToString();
    }

    private static string NameOf(ResetSubject subject) => subject switch
    {
        ResetSubject.HdmDecoders => "HDM decoders",
        ResetSubject.DvsecFields => "CXL DVSEC fields",
        ResetSubject.DvsecLockedFields => "CXL DVSEC fields under CONFIG_LOCK",
        ResetSubject.DvsecLock => "CONFIG_LOCK",
        ResetSubject.LockedDecoders => "HDM decoders locked on commit",
        ResetSubject.CoherencePath => "BI and cache ID decoders and route tables",
        ResetSubject.OtherCxlFunctions => "other CXL functions of the device",
        ResetSubject.NonCxlFunctions => "functions in the Non-CXL Function Map",
        _ => Words(subject.ToString()),
    };

    /// <summary>The words of a name: <c>LinkDown</c> as "link down", <c>CxlReset</c> as "CXL reset".</summary>
    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && words.Length > 0)
                words.Append(' ');
            words.Append(char.ToLowerInvariant(c));
        }

        return words.Replace("cxl", "CXL").ToString();
    }
}
