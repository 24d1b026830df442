using System.Globalization;
using CxlTopology.Description;

namespace CxlTopology.Experiments;

/// <summary>Pages of the errors of traces.</summary>
public static class TraceErrorPages
{
    /// <summary>The pages in the order of their numbers, one for each <see cref="TraceErrorCode"/>.</summary>
    public static IReadOnlyList<ErrorPage> All { get; } =
    [
        Page(TraceErrorCode.CannotOpen, "a trace cannot be read",
            "The operating system refused: the file does not exist, is a folder, or may not be read. A relative path counts from the folder of the topology file.",
            "workloads: {ls: {to: region0, trace: traces/sl.lackey.gz}}", "workloads: {ls: {to: region0, trace: traces/ls.lackey.gz}}"),
        Page(TraceErrorCode.NotThisFormat, "a line that is not of the trace's format",
            "A trace is read as lackey writes it or in the plain format, as \"format\" says or the first line that is neither blank nor a comment shows; the two do not mix. What the traced program "
            + "itself prints belongs in another file: valgrind's --log-file keeps it apart. Ten million lines in a row without an access are given up on.",
            "==7== Lackey\n L 1ffefffff0,8\nhello, world", "==7== Lackey\n L 1ffefffff0,8"),
        Page(TraceErrorCode.BadAddress, "not an address of a trace",
            "Addresses are hexadecimal with at most 64 bits, with or without 0x, and an access ends at the last address there is or before it.",
            " L 1ffefffffg,8\n", " L 1ffefffff0,8\n"),
        Page(TraceErrorCode.BadSize, "not a size of an access",
            "After the comma stands how many bytes a lackey access has: decimal, 1 to 4096.", " S 1fff000538,0", " S 1fff000538,8"),
        Page(TraceErrorCode.BadType, "not a type of access",
            "Lackey has I (fetch), L (load), S (store) and M (modify: a load and a store). The plain format has R, L, read and load, W, S, write and store, in capitals or not.",
            "0x7f001040 X", "0x7f001040 R"),
        Page(TraceErrorCode.BadTime, "not a time of a trace",
            "A time in the plain format is a number with fs, ps, ns, us, ms or s, or a bare number of nanoseconds: a whole number of femtoseconds, at most 2^63-1 of them, and never less than the time "
            + "before it.",
            "0x7f001040 R 20ns\n0x7f001080 R 10ns", "0x7f001040 R 10ns\n0x7f001080 R 20ns"),
        Page(TraceErrorCode.LineTooLong, "a line of a trace is too long",
            "A line has at most 4,096 bytes. A file with longer ones is hardly a trace.", "(five thousand characters without a line break)", "0x7f001040 R"),
        Page(TraceErrorCode.DamagedGzip, "a damaged gzip file",
            "The trace begins like a gzip file, and then the data do not unpack, their check sum is wrong, or they end too early; a download that was cut off looks like this.",
            "# gzip -t traces/ls.lackey.gz: unexpected end of file", "# the file fetched again, or compressed anew"),
        Page(TraceErrorCode.Empty, "a trace without data accesses",
            "The file has no load, store or modify: it is empty, all talk and comments, or instruction fetches alone. A pipe counts as empty: only regular files are read, since each is read twice.",
            "==7== Lackey, an example Valgrind tool", "==7== Lackey, an example Valgrind tool\n L 1ffefffff0,8"),
        Page(TraceErrorCode.TooManyPages, "a trace larger than its target",
            "Every 4 KiB page that the trace touches gets a page of the workload's target, so the target has at least that many; beyond 4,194,304 pages (16 GiB) no trace is replayed.",
            "workloads: {ls: {to: {base: 0x10_0000_0000, size: 64KiB}, trace: traces/ls.lackey.gz}}",
            "workloads: {ls: {to: {base: 0x10_0000_0000, size: 256MiB}, trace: traces/ls.lackey.gz}}"),
        Page(TraceErrorCode.NotText, "a trace that is not text",
            "A trace is ASCII or UTF-8 text, or such text compressed by gzip. Control characters other than tabs and line ends, UTF-16, and what zstd, xz, bzip2 or zip made are not.",
            "# traces/ls.lackey.xz", "# xz -dc traces/ls.lackey.xz | gzip > traces/ls.lackey.gz"),
    ];

    private static ErrorPage Page(TraceErrorCode code, string title, string explanation, string wrong, string corrected) =>
        new(string.Create(CultureInfo.InvariantCulture, $"CXT{(int)code:D4}"), title, explanation, wrong, corrected);
}
