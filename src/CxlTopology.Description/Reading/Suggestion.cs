namespace CxlTopology.Description;

/// <summary>"Did you mean": the nearest known word, if one is near.</summary>
internal static class Suggestion
{
    // Beyond this many candidates, or this long a word, a guess is not worth its time.
    private const int CandidatesMax = 4_096;
    private const int LengthMax = 64;

    /// <summary>A sentence with a leading blank, or nothing.</summary>
    public static string Among(string word, IEnumerable<string> candidates) =>
        Find(word, candidates) is string found ? $" Did you mean {PrintableText.Quote(found)}?" : "";

    /// <summary>The candidate with the fewest edits, at most a third of the word's length; of equals the first. Null if none is
    /// near.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > LengthMax)
            return null;
        string? best = null;
        int bestDistance = Math.Max(1, Math.Min(3, (word.Length + 1) / 3)) + 1;
        foreach (string candidate in candidates.Take(CandidatesMax))
        {
            if (candidate.Length > LengthMax || Math.Abs(candidate.Length - word.Length) >= bestDistance)
                continue;
            int distance = Distance(word, candidate);
            // A word of one letter is near every other one: it must share something.
            if (distance < bestDistance && distance < Math.Max(word.Length, candidate.Length))
            {
                best = candidate;
                bestDistance = distance;
            }
        }

        return best;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours between two words, letters' case aside.</summary>
    private static int Distance(string a, string b)
    {
        // Three rows of the usual table: two words of 64 characters at most.
        Span<int> before = stackalloc int[LengthMax + 1];
        Span<int> last = stackalloc int[LengthMax + 1];
        Span<int> row = stackalloc int[LengthMax + 1];
        for (int j = 0; j <= b.Length; j++)
            last[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                char x = char.ToLowerInvariant(a[i - 1]);
                char y = char.ToLowerInvariant(b[j - 1]);
                int cost = x == y || (x is '-' or '_' && y is '-' or '_') ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && x == char.ToLowerInvariant(b[j - 2]) && y == char.ToLowerInvariant(a[i - 2]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            last.CopyTo(before);
            row.CopyTo(last);
        }

        return last[b.Length];
    }
}
