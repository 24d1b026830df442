namespace CxlTopology.Description;

/// <summary>Collects the errors of one file: each only once, at most 1,000, sorted by position at the end.</summary>
internal sealed class ErrorSink(string fileName, SourceText source)
{
    /// <summary>Errors that are reported of one file.</summary>
    public const int ErrorsMax = 1_000;

    private readonly List<DescriptionError> errors = [];

    // An anchor with an error in it is read once for every alias; its error is one error.
    private readonly HashSet<(DescriptionErrorCode Code, SourcePosition Position, string Message)> seen = [];

    // A file may have all its errors on one line of megabytes: its text is taken once.
    private int lineNumber = -1;
    private string lineText = "";

    public bool IsEmpty => errors.Count == 0;

    public int Count => errors.Count;

    public void Add(DescriptionErrorCode code, SourcePosition position, string message, string help)
    {
        if (errors.Count > ErrorsMax || !seen.Add((code, position, message)))
            return;
        if (errors.Count == ErrorsMax)
        {
            code = DescriptionErrorCode.TooManyErrors;
            message = "more than 1000 errors; the rest is not shown";
            help = "Correct these first: one cause often has many errors.";
        }

        errors.Add(new DescriptionError(code, fileName, position.Line, position.Column, message, help, LineText(position.Line)));
    }

    private string LineText(int number)
    {
        if (number != lineNumber)
            (lineNumber, lineText) = (number, source.Line(number));
        return lineText;
    }

    public IReadOnlyList<DescriptionError> Sorted() =>
        [.. errors.OrderBy(e => e.Code == DescriptionErrorCode.TooManyErrors).ThenBy(e => e.Line).ThenBy(e => e.Column).ThenBy(e => e.Code)
            .ThenBy(e => e.Message, StringComparer.Ordinal)];
}
