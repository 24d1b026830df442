using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>Understands the lines of <c>expect</c>.</summary>
/// <param name="sources">Names of hosts, guests and workloads.</param>
/// <param name="errors">Where errors go.</param>
internal sealed class ExpectationReader(IReadOnlyList<string> sources, ErrorSink errors)
{
    /// <summary>Expectations of a file.</summary>
    public const int ExpectationsMax = 4_096;

    private const string Completion = "every transaction completes once";

    private const string Form = "Write \"source.reads.p99 < 2us\", \"simulated < 10ms\" or \"every transaction completes once\".";

    private static readonly (string Sign, ExpectationComparison Value)[] comparisons =
    [
        ("<=", ExpectationComparison.LessOrEqual), (">=", ExpectationComparison.GreaterOrEqual), ("==", ExpectationComparison.Equal),
        ("!=", ExpectationComparison.NotEqual), ("<", ExpectationComparison.Less), (">", ExpectationComparison.Greater),
    ];

    private static readonly (string Word, ExpectationStatistic Value)[] statistics =
    [
        ("min", ExpectationStatistic.Min), ("mean", ExpectationStatistic.Mean), ("p50", ExpectationStatistic.P50),
        ("p90", ExpectationStatistic.P90),
        ("p99", ExpectationStatistic.P99), ("p999", ExpectationStatistic.P999), ("max", ExpectationStatistic.Max),
        ("count", ExpectationStatistic.Count),
        ("errors", ExpectationStatistic.Errors), ("gigabytesPerSecond", ExpectationStatistic.GigabytesPerSecond),
    ];

    /// <summary>Understands one line; null after a report.</summary>
    public ExpectationModel? Read(YamlNode node)
    {
        if (node is not YamlScalar scalar || scalar.IsNull)
        {
            errors.Add(DescriptionErrorCode.ExpectationSyntax, node.Position,
                $"an expectation is a line of text, and this is {node.Kind}", Form);
            return null;
        }

        if (string.Join(' ', scalar.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries)) == Completion)
            return new ExpectationModel
            {
                Text = scalar.Text,
                Kind = ExpectationKind.EveryTransactionCompletesOnce,
                Position = node.Position
            };

        foreach ((string sign, ExpectationComparison comparison) in comparisons)
        {
            int at = scalar.Text.IndexOf(sign, StringComparison.Ordinal);
            if (at >= 0)
                return Read(scalar, scalar.Text[..at].Trim(), comparison, scalar.Text[(at + sign.Length)..].Trim());
        }

        string guess = Suggestion.Among(scalar.Text, [Completion]);
        errors.Add(DescriptionErrorCode.ExpectationSyntax, node.Position, $"{PrintableText.Quote(scalar.Text)} compares nothing",
            guess.Length > 0 ? guess.Trim() : Form);
        return null;
    }

    private ExpectationModel? Read(YamlScalar line, string left, ExpectationComparison comparison, string right)
    {
        ExpectationModel model = new()
        {
            Text = line.Text,
            Kind = ExpectationKind.Simulated,
            Comparison = comparison,
            Position = line.Position
        };
        if (left == "simulated")
            return Value(line, right, isTime: true) is decimal time ? model with { Value = time } : null;

        string[] parts = left.Split('.');
        if (parts.Length is not (2 or 3) || left.Contains(' ', StringComparison.Ordinal) || parts.Contains(""))
        {
            errors.Add(DescriptionErrorCode.ExpectationSyntax, line.Position,
                $"{PrintableText.Quote(left)} is not source.statistic or source.reads.statistic", Form);
            return null;
        }

        if (!sources.Contains(parts[0]))
        {
            errors.Add(DescriptionErrorCode.ExpectationSource, line.Position,
                $"there is no host or workload {PrintableText.Quote(parts[0])}",
                "An expectation is about a host or a workload of this file." + Suggestion.Among(parts[0], sources));
            return null;
        }

        ExpectationMetric metric = parts.Length == 2 ? ExpectationMetric.All : parts[1] == "writes" ? ExpectationMetric.Writes
            : ExpectationMetric.Reads;
        if (parts.Length == 3 && parts[1] is not ("reads" or "writes"))
        {
            errors.Add(DescriptionErrorCode.ExpectationStatistic, line.Position,
                $"{PrintableText.Quote(parts[1])} is neither reads nor writes",
                "Write source.reads.statistic." + Suggestion.Among(parts[1], ["reads", "writes"]));
            return null;
        }

        int index = Array.FindIndex(statistics, statistic => statistic.Word == parts[^1]);
        if (index < 0)
        {
            string[] words = [.. statistics.Select(statistic => statistic.Word)];
            errors.Add(DescriptionErrorCode.ExpectationStatistic, line.Position, $"there is no statistic {PrintableText.Quote(parts[^1])}",
                $"The statistics are {string.Join(", ", words)}." + Suggestion.Among(parts[^1], words));
            return null;
        }

        ExpectationStatistic statistic = statistics[index].Value;
        return Value(line, right, statistic < ExpectationStatistic.Count,
            statistic == ExpectationStatistic.GigabytesPerSecond) is decimal value
            ? model with { Kind = ExpectationKind.Statistic, Source = parts[0], Metric = metric, Statistic = statistic, Value = value }
            : null;
    }

    private decimal? Value(YamlScalar line, string text, bool isTime, bool isBandwidth = false)
    {
        if (isTime)
        {
            Parsed<SimDuration> duration = QuantityParser.Duration(text);
            if (duration.Problem is null)
                return duration.Value.Femtoseconds;
            return Wrong(duration.Problem.Value.Message, "A latency is compared with a duration, as 2us.");
        }

        if (isBandwidth && QuantityParser.Bandwidth(text) is { Problem: null } bandwidth)
            return bandwidth.Value.BytesPerSecond / 1_000_000_000m;
        if (QuantityText.TryParse(text) is { Unit: "", Decimals: <= 9 } number && number.Digits <= long.MaxValue
            && (isBandwidth || number.Decimals == 0))
            return decimal.Parse(number.Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) / (decimal)Math.Pow(
                10, number.Decimals);
        return isBandwidth
            ? Wrong($"{PrintableText.Quote(text)} is not a bandwidth", "Bandwidth is compared with a number of GB/s, as 10 or 10GB/s.")
            : Wrong($"{PrintableText.Quote(text)} is not a count", "A count is compared with a whole number.");

        decimal? Wrong(string message, string help)
        {
            errors.Add(DescriptionErrorCode.ExpectationUnit, line.Position, message, help);
            return null;
        }
    }
}
