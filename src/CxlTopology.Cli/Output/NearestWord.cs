namespace CxlTopology.Cli.Output;

/// <summary>"Did you mean" for words of the command line.</summary>
internal static class NearestWord
{
    private const int LengthMax = 64;

    /// <summary>A sentence with a leading blank, or nothing if no word is near.</summary>
    public static string Hint(string word, IEnumerable<string> known) => Find(word, known) is { } near ? $" Did you mean '{near}'?" : "";

    /// <summary>The word with the fewest edits, at most one in three letters; of equals the first. Null if none is near.</summary>
    public static string? Find(string word, IEnumerable<string> known)
    {
        if (word.Length is 0 or > LengthMax)
            return null;
        return known.Select(k => (Word: k, Edits: Edits(word, k)))
            .Where(k => k.Edits <= Math.Max(1, word.Length / 3) && k.Edits < Math.Max(word.Length, k.Word.Length))
            .OrderBy(k => k.Edits).Select(k => k.Word).FirstOrDefault();
    }

    // Insertions, deletions, substitutions and swaps of neighbours.
    private static int Edits(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}
