namespace CxlTopology.Description;

/// <summary>The names an author gives.</summary>
internal static class Names
{
    public const string Pattern = "^[A-Za-z][A-Za-z0-9_-]*$";

    public const int LengthMax = 64;

    /// <summary>Checks the form of a name.</summary>
    public static Parsed<string> Parse(string text)
    {
        if (text.Length > LengthMax)
            return new Problem(DescriptionErrorCode.NameTooLong, $"the name {PrintableText.Quote(text)} has {text.Length} characters",
                "A name has at most 64 characters.");
        bool good = text.Length > 0 && char.IsAsciiLetter(text[0]);
        foreach (char c in text)
            good &= char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
        return good ? text
            : new Problem(DescriptionErrorCode.NotAName, $"{PrintableText.Quote(text)} is not a name",
                "A name begins with a letter; letters, digits, \"-\" and \"_\" follow.");
    }
}
